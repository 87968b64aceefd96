import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodePackage, ROLE } from '../../service/local-service-kit.js';
import { makeZip } from '../../service/zip-maker.js';
import { boto3Missing, bytes } from './boto3-client.js';
import { column, fails, ok } from './expectations.js';
import { useBoto3 } from './use-boto3.js';

const missing = boto3Missing();
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:layer';
const CONTENT = makeZip([{ name: 'nodejs/node_modules/gift/index.js', content: 'module.exports = "from the layer";' }]);

describe.skipIf(missing !== undefined)(`layers through boto3${missing === undefined ? '' : `: ${missing}`}`, () => {
  const { boto } = useBoto3();
  const publish = (LayerName: string, more: Record<string, unknown> = {}) =>
    ok(boto, 'publish_layer_version', { LayerName, Content: { ZipFile: bytes(CONTENT) }, ...more }, 201);

  it('publishes, shows, lists and deletes versions', async () => {
    const first = await publish('life', {
      Description: 'd',
      CompatibleRuntimes: ['nodejs24.x'],
      CompatibleArchitectures: ['arm64'],
      LicenseInfo: 'MIT',
    });
    expect(first).toEqual({
      LayerArn: `${ARN}:life`,
      LayerVersionArn: `${ARN}:life:1`,
      Version: 1,
      Description: 'd',
      CreatedDate: expect.stringMatching(/\+0000$/),
      Content: {
        Location: expect.stringMatching(/^http:/),
        CodeSha256: createHash('sha256').update(CONTENT).digest('base64'),
        CodeSize: CONTENT.length,
      },
      CompatibleRuntimes: ['nodejs24.x'],
      CompatibleArchitectures: ['arm64'],
      LicenseInfo: 'MIT',
    });
    const second = await publish('life');
    expect(second).toMatchObject({ Version: 2, Description: '' });
    expect(second.CompatibleRuntimes).toBeUndefined();
    const shown = await ok(boto, 'get_layer_version', { LayerName: `${ARN}:life`, VersionNumber: 1 });
    expect({ ...shown, Content: { ...shown.Content, Location: '' } }).toEqual({
      ...first,
      Content: { ...first.Content, Location: '' },
    });
    expect(Buffer.from(await (await fetch(shown.Content.Location)).arrayBuffer()).equals(CONTENT)).toBe(true);
    const byArn = await ok(boto, 'get_layer_version_by_arn', { Arn: `${ARN}:life:2` });
    expect(byArn.Version).toBe(2);
    const versions = await ok(boto, 'list_layer_versions', { LayerName: 'life' });
    expect(column(versions.LayerVersions, 'Version')).toEqual([2, 1]);
    const filtered = await ok(boto, 'list_layer_versions', { LayerName: 'life', CompatibleRuntime: 'nodejs24.x' });
    expect(column(filtered.LayerVersions, 'Version')).toEqual([1]);
    const layers = await ok(boto, 'list_layers', { CompatibleArchitecture: 'arm64' });
    expect(layers.Layers).toEqual([
      { LayerName: 'life', LayerArn: `${ARN}:life`, LatestMatchingVersion: expect.objectContaining({ Version: 1 }) },
    ]);
    await ok(boto, 'delete_layer_version', { LayerName: 'life', VersionNumber: 2 }, 204);
    await ok(boto, 'delete_layer_version', { LayerName: 'life', VersionNumber: 2 }, 204);
    expect((await publish('life')).Version).toBe(3);
  });

  it.each([
    [
      'get_layer_version',
      { LayerName: 'none', VersionNumber: 1 },
      404,
      'ResourceNotFoundException',
      'The resource you requested does not exist.',
    ],
    [
      'get_layer_version',
      { LayerName: 'none', VersionNumber: -1 },
      400,
      'InvalidParameterValueException',
      'Layer Version Cannot be less than 1',
    ],
    [
      'get_layer_version_by_arn',
      { Arn: `${ARN}:life` },
      400,
      'ValidationException',
      /at 'arn' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    [
      'list_layers',
      { CompatibleArchitecture: 'archx' },
      400,
      'ValidationException',
      "1 validation error detected: Value 'archx' at 'compatibleArchitecture' failed to satisfy constraint: Member must satisfy enum value set: [x86_64, arm64]",
    ],
    [
      'list_layers',
      { CompatibleRuntime: 'runtimex' },
      400,
      'ValidationException',
      /^1 validation error detected: Value 'runtimex' at 'compatibleRuntime' failed to satisfy constraint: Member must satisfy enum value set: \[ruby3\.5, ruby2\.6, .*python2\.7\]$/,
    ],
    [
      'publish_layer_version',
      {
        LayerName: 'x',
        Content: { ZipFile: bytes(CONTENT) },
        CompatibleRuntimes: ['invalidruntime'],
        CompatibleArchitectures: ['invalidarch'],
      },
      400,
      'ValidationException',
      "2 validation errors detected: Value '[invalidruntime]' at 'compatibleRuntimes' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2]; Value '[invalidarch]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ],
  ] as const)('refuses %s %j', async (call, params, status, code, message) => {
    await fails(boto, [call, params], [status, code, message]);
  });

  it('puts layers into functions, also deleted ones, and keeps their rules', async () => {
    const layers: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) layers.push((await publish(name)).LayerVersionArn);
    const second = (await publish('a')).LayerVersionArn;
    const creation = {
      Role: ROLE,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: {
        ZipFile: bytes(
          nodePackage(
            'import { createRequire } from "node:module"; export const handler = async () => createRequire(import.meta.url)("gift");',
          ),
        ),
      },
    };
    const refused = async (Layers: readonly string[], code: string, message: string | RegExp) => {
      await fails(boto, ['create_function', { ...creation, FunctionName: 'refused', Layers }], [400, code, message]);
    };
    await refused(layers, 'InvalidParameterValueException', 'Cannot reference more than 5 layers.');
    await refused(
      [layers[0]!, second],
      'InvalidParameterValueException',
      `Two different versions of the same layer are not allowed to be referenced in the same function. ${layers[0]} and ${second} are versions of the same layer.`,
    );
    await refused(
      ['arn:aws:lambda:us-east-1:000000000000:layer:a:1'],
      'InvalidParameterValueException',
      'Layers are not in the same region as the function. Layers are expected to be in region eu-west-1.',
    );
    await refused(
      [`${ARN}:a`],
      'ValidationException',
      /Value '\[arn:aws:lambda:eu-west-1:000000000000:layer:a\]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: \[Member must have length less than or equal to 2048, .*Member must not be null\]$/,
    );
    const created = await ok(
      boto,
      'create_function',
      { ...creation, FunctionName: 'layered', Layers: [layers[0]] },
      201,
    );
    expect(created.Layers).toEqual([{ Arn: layers[0], CodeSize: CONTENT.length }]);
    await ok(boto, 'delete_layer_version', { LayerName: 'a', VersionNumber: 1 }, 204);
    const answer = await ok(boto, 'invoke', { FunctionName: 'layered' });
    expect(answer.Payload).toBe('"from the layer"');
    const cleared = await ok(boto, 'update_function_configuration', { FunctionName: 'layered', Layers: [] });
    expect(cleared.Layers).toBeUndefined();
  });

  it('keeps the policy of a layer version', async () => {
    await publish('shared');
    const address = { LayerName: 'shared', VersionNumber: 1 };
    const statement = {
      ...address,
      StatementId: 's1',
      Action: 'lambda:GetLayerVersion',
      Principal: '*',
      OrganizationId: 'o-0123456789',
    };
    await fails(
      boto,
      ['get_layer_version_policy', address],
      [404, 'ResourceNotFoundException', 'No policy is associated with the given resource.'],
    );
    const added = await ok(boto, 'add_layer_version_permission', statement, 201);
    expect(JSON.parse(added.Statement)).toEqual({
      Sid: 's1',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:GetLayerVersion',
      Resource: `${ARN}:shared:1`,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } },
    });
    const policy = await ok(boto, 'get_layer_version_policy', address);
    expect(JSON.parse(policy.Policy)).toMatchObject({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [{ Sid: 's1' }],
    });
    expect(policy.RevisionId).toBe(added.RevisionId);
    await fails(
      boto,
      ['add_layer_version_permission', statement],
      [
        409,
        'ResourceConflictException',
        'The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.',
      ],
    );
    await fails(
      boto,
      ['add_layer_version_permission', { ...statement, StatementId: 's2', RevisionId: 'wrong' }],
      [412, 'PreconditionFailedException', /GetLayerPolicy/],
    );
    await fails(
      boto,
      ['add_layer_version_permission', { ...statement, Action: '*' }],
      [
        400,
        'ValidationException',
        "1 validation error detected: Value '*' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: lambda:GetLayerVersion",
      ],
    );
    await fails(
      boto,
      ['add_layer_version_permission', { ...statement, VersionNumber: 2 }],
      [404, 'ResourceNotFoundException', `Layer version ${ARN}:shared:2 does not exist.`],
    );
    await fails(
      boto,
      ['remove_layer_version_permission', { ...address, StatementId: 'no' }],
      [404, 'ResourceNotFoundException', 'Statement no is not found in resource policy.'],
    );
    await ok(boto, 'remove_layer_version_permission', { ...address, StatementId: 's1' }, 204);
  });
});
