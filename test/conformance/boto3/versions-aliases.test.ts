import { beforeAll, describe, expect, it } from 'vitest';
import { ECHO, nodePackage, ROLE } from '../../service/local-service-kit.js';
import { boto3Missing, bytes, type Members } from './boto3-client.js';
import { column, fails, ok } from './expectations.js';
import { useBoto3 } from './use-boto3.js';

const missing = boto3Missing();
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:fn';

describe.skipIf(missing !== undefined)(
  `versions and aliases through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    const { boto } = useBoto3();

    const create = (FunctionName: string) =>
      ok(
        boto,
        'create_function',
        { FunctionName, Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: bytes(ECHO) } },
        201,
      );

    it('publishes only what changed, and never uses a number again', async () => {
      await create('versions');
      const first = await ok(boto, 'publish_version', { FunctionName: 'versions', Description: 'one' }, 201);
      expect(first).toMatchObject({
        Version: '1',
        Description: 'one',
        State: 'Pending',
        FunctionArn: expect.stringMatching(/:versions:1$/),
      });
      const again = await ok(boto, 'publish_version', { FunctionName: 'versions', Description: 'other' }, 201);
      expect(again).toMatchObject({ Version: '1', Description: 'one' });
      await ok(boto, 'update_function_code', {
        FunctionName: 'versions',
        ZipFile: bytes(nodePackage('export const handler = () => 2;')),
      });
      const latest = await ok(boto, 'get_function_configuration', { FunctionName: 'versions' });
      await fails(
        boto,
        ['publish_version', { FunctionName: 'versions', CodeSha256: 'wrong' }],
        [
          400,
          'InvalidParameterValueException',
          `CodeSHA256 (wrong) is different from current CodeSHA256 in $LATEST (${latest.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
        ],
      );
      await fails(
        boto,
        ['publish_version', { FunctionName: 'versions', RevisionId: first.RevisionId }],
        [412, 'PreconditionFailedException', /GetFunction\/GetAlias/],
      );
      const second = await ok(
        boto,
        'publish_version',
        { FunctionName: 'versions', CodeSha256: latest.CodeSha256, RevisionId: latest.RevisionId },
        201,
      );
      expect(second.Version).toBe('2');
      await ok(boto, 'delete_function', { FunctionName: 'versions', Qualifier: '2' }, 204);
      await ok(boto, 'update_function_configuration', { FunctionName: 'versions', Timeout: 7 });
      const third = await ok(boto, 'publish_version', { FunctionName: 'versions' }, 201);
      expect(third.Version).toBe('3');
      const listed = await ok(boto, 'list_versions_by_function', { FunctionName: 'versions' });
      expect(listed.Versions.map((v: Members) => [v.Version, v.FunctionArn.split(':').at(-1), v.State])).toEqual([
        ['$LATEST', '$LATEST', undefined],
        ['1', '1', undefined],
        ['3', '3', undefined],
      ]);
      const all = await ok(boto, 'list_functions', { FunctionVersion: 'ALL' });
      expect(
        all.Functions.filter((f: Members) => f.FunctionName === 'versions').map((f: Members) => f.Version),
      ).toEqual(['$LATEST', '1', '3']);
    });

    it('keeps published versions as they were', async () => {
      await create('frozen');
      await ok(boto, 'publish_version', { FunctionName: 'frozen' }, 201);
      await ok(boto, 'update_function_configuration', {
        FunctionName: 'frozen',
        Timeout: 20,
        Environment: { Variables: { AB: 'c' } },
      });
      const version = await ok(boto, 'get_function_configuration', { FunctionName: 'frozen', Qualifier: '1' });
      expect(version.Timeout).toBe(3);
      expect(version.Environment).toBeUndefined();
    });

    it('creates, moves, weighs and deletes aliases', async () => {
      await create('fn');
      await ok(boto, 'publish_version', { FunctionName: 'fn' }, 201);
      await ok(boto, 'update_function_configuration', { FunctionName: 'fn', Timeout: 5 });
      await ok(boto, 'publish_version', { FunctionName: 'fn' }, 201);
      const alias = await ok(boto, 'create_alias', { FunctionName: 'fn', Name: 'live', FunctionVersion: '1' }, 201);
      expect(alias).toEqual({
        AliasArn: `${ARN}:live`,
        Name: 'live',
        FunctionVersion: '1',
        Description: '',
        RevisionId: expect.any(String),
      });
      const weighted = await ok(boto, 'update_alias', {
        FunctionName: 'fn',
        Name: 'live',
        RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } },
      });
      expect(weighted.RoutingConfig).toEqual({ AdditionalVersionWeights: { 2: 0.25 } });
      expect(await ok(boto, 'get_alias', { FunctionName: 'fn', Name: 'live' })).toEqual(weighted);
      expect(weighted.RevisionId).not.toBe(alias.RevisionId);
      await fails(
        boto,
        ['update_alias', { FunctionName: 'fn', Name: 'live', RevisionId: alias.RevisionId }],
        [412, 'PreconditionFailedException', /GetFunction\/GetAlias/],
      );
      const moved = await ok(boto, 'update_alias', {
        FunctionName: 'fn',
        Name: 'live',
        FunctionVersion: '2',
        RoutingConfig: { AdditionalVersionWeights: {} },
        Description: 'd',
      });
      expect(moved).toMatchObject({ FunctionVersion: '2', Description: 'd' });
      expect(moved.RoutingConfig).toBeUndefined();
      const throughAlias = await ok(boto, 'get_function_configuration', { FunctionName: 'fn', Qualifier: 'live' });
      expect(throughAlias).toMatchObject({ Version: '2', FunctionArn: `${ARN}:live`, Timeout: 5 });
      await ok(boto, 'create_alias', { FunctionName: 'fn', Name: 'beta', FunctionVersion: '$LATEST' }, 201);
      const listed = await ok(boto, 'list_aliases', { FunctionName: 'fn' });
      expect(column(listed.Aliases, 'Name')).toEqual(['beta', 'live']);
      const filtered = await ok(boto, 'list_aliases', { FunctionName: 'fn', FunctionVersion: '2' });
      expect(column(filtered.Aliases, 'Name')).toEqual(['live']);
      await ok(boto, 'delete_alias', { FunctionName: 'fn', Name: 'beta' }, 204);
      await ok(boto, 'delete_alias', { FunctionName: 'fn', Name: 'beta' }, 204);
      await fails(
        boto,
        ['get_alias', { FunctionName: 'fn', Name: 'beta' }],
        [404, 'ResourceNotFoundException', `Cannot find alias arn: ${ARN}:beta`],
      );
      await fails(
        boto,
        ['update_alias', { FunctionName: 'fn', Name: 'beta' }],
        [404, 'ResourceNotFoundException', `Alias not found: ${ARN}:beta`],
      );
    });

    it('takes the names that JavaScript objects have already', async () => {
      await create('names');
      await ok(boto, 'publish_version', { FunctionName: 'names' }, 201);
      for (const Name of ['constructor', 'toString', '__proto__']) {
        const address = { FunctionName: 'names', Name };
        await fails(boto, ['get_alias', address], [404, 'ResourceNotFoundException', /^Cannot find alias arn/]);
        await fails(
          boto,
          ['get_policy', { FunctionName: 'names', Qualifier: Name }],
          [404, 'ResourceNotFoundException', 'The resource you requested does not exist.'],
        );
        await ok(boto, 'create_alias', { ...address, FunctionVersion: '1' }, 201);
        expect((await ok(boto, 'invoke', { FunctionName: 'names', Qualifier: Name })).ExecutedVersion).toBe('1');
      }
      expect((await ok(boto, 'list_aliases', { FunctionName: 'names' })).Aliases).toHaveLength(3);
    });

    describe('refuses an alias', () => {
      const name = 'routing';
      beforeAll(async () => {
        await create(name);
        await ok(boto, 'publish_version', { FunctionName: name }, 201);
        await ok(boto, 'update_function_configuration', { FunctionName: name, Timeout: 5 });
        await ok(boto, 'publish_version', { FunctionName: name }, 201);
        await ok(boto, 'create_alias', { FunctionName: name, Name: 'custom', FunctionVersion: '1' }, 201);
      });
      const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
      const weights = (AdditionalVersionWeights: Record<string, number>, FunctionVersion = '1') => ({
        FunctionName: name,
        Name: 'new',
        FunctionVersion,
        RoutingConfig: { AdditionalVersionWeights },
      });
      it.each([
        [
          'whose name exists',
          { FunctionName: name, Name: 'custom', FunctionVersion: '1' },
          409,
          'ResourceConflictException',
          `Alias already exists: ${arn}:custom`,
        ],
        [
          'to a missing version',
          { FunctionName: name, Name: 'new', FunctionVersion: '10' },
          404,
          'ResourceNotFoundException',
          `Function not found: ${arn}:10`,
        ],
        [
          'of a missing function',
          { FunctionName: 'unknown', Name: 'new', FunctionVersion: '1' },
          404,
          'ResourceNotFoundException',
          'Function not found: arn:aws:lambda:eu-west-1:000000000000:function:unknown:1',
        ],
        [
          'with a number for a name',
          { FunctionName: name, Name: '2024', FunctionVersion: '1' },
          400,
          'ValidationException',
          "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ],
        [
          'with two weights',
          weights({ 1: 0.1, 2: 0.2 }),
          400,
          'InvalidParameterValueException',
          'Number of items in AdditionalVersionWeights cannot be greater than 1',
        ],
        [
          'with its own version as weight',
          weights({ 1: 0.5 }),
          400,
          'InvalidParameterValueException',
          'Invalid function version 1. Function version 1 is already included in routing configuration.',
        ],
        [
          'of $LATEST with weights',
          weights({ 1: 0.5 }, '$LATEST'),
          400,
          'InvalidParameterValueException',
          '$LATEST is not supported for an alias pointing to more than 1 version',
        ],
        [
          'with $LATEST as weight',
          weights({ $LATEST: 0.5 }),
          400,
          'ValidationException',
          "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
        ],
        [
          'with a weight below zero',
          weights({ 2: -1 }),
          400,
          'ValidationException',
          "1 validation error detected: Value '{2=-1.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
        ],
        ['with a weight above one', weights({ 2: 2 }), 400, 'ValidationException', /Value '\{2=2\.0\}'/],
      ] as const)('%s', async (_, params, status, code, message) => {
        await fails(boto, ['create_alias', params], [status, code, message]);
      });
    });
  },
);
