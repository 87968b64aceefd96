import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalServiceOptions } from '../../../src/local/index.js';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { makeZip } from '../../service/zip-maker.js';
import { Boto3, boto3Missing, bytes, type Members } from '../boto3/boto3-client.js';
import { fillBucket } from '../boto3/code-bucket.js';
import { ok } from '../boto3/expectations.js';
import { allDocumentedErrors, PROVOCATIONS } from './index.js';
import type { Account, Provocation, Resources } from './provocation.js';
import { listedPairs } from './unreachable.js';

const documented = allDocumentedErrors();
const nameOf = ({ operation, error }: { readonly operation: string; readonly error: string }) =>
  `${operation} ${error}`;

describe('the errors that are documented for implemented operations', () => {
  it('are many', () => {
    expect(new Set(documented.map(({ operation }) => operation)).size).toBeGreaterThanOrEqual(70);
    expect(documented.length).toBeGreaterThanOrEqual(400);
  });

  it('are each provoked, or listed with the reason why they cannot occur', () => {
    const open = documented.filter(({ provocation, reason }) => provocation === undefined && reason === undefined);
    expect(open.map(nameOf)).toEqual([]);
  });

  it('are all that is provoked and listed, and each of them once', () => {
    const known = new Set(documented.map(nameOf));
    const provoked = PROVOCATIONS.map(nameOf);
    expect(provoked.filter((name) => !known.has(name))).toEqual([]);
    expect(provoked.filter((name, index) => provoked.indexOf(name) !== index)).toEqual([]);
    const listed = listedPairs().map(([operation, error]) => nameOf({ operation, error }));
    expect(listed.filter((name) => !known.has(name) || provoked.includes(name))).toEqual([]);
  });
});

describe('docs/compatibility.md', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/compatibility.md'), 'utf8');

  it('counts what is provoked and what is listed now', () => {
    const provoked = documented.filter(({ provocation }) => provocation !== undefined);
    expect(page).toContain(`documents ${documented.length} errors. ${provoked.length} of them are provoked`);
    expect(page).toContain(`the other ${documented.length - provoked.length} cannot occur locally`);
  });

  it('has every operation with its own count, and every reason', () => {
    for (const operation of new Set(documented.map((one) => one.operation))) {
      const own = documented.filter((one) => one.operation === operation);
      const count = own.filter(({ provocation }) => provocation !== undefined).length;
      expect(page).toMatch(new RegExp(`^\\| ${operation} \\|.*\\| ${count} of ${own.length} \\|`, 'm'));
    }
    for (const { error, reason } of documented) {
      if (reason === undefined) continue;
      const isListed = page.split('\n').some((line) => line.includes(reason) && line.includes(error));
      expect({ error, reason, isListed }).toEqual({ error, reason, isListed: true });
    }
  });
});

const missing = boto3Missing();
const CREATION = { Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: bytes(ECHO) } };
// Numbers that do not deflate to nothing.
const LARGER = nodePackage(`export const handler = () => [${Array.from({ length: 300 }, (_, n) => n * n)}];`);
const UNRESTORABLE = makeZip([
  {
    name: 'index.py',
    content: `from snapshot_restore_py import register_after_restore
def fail():
    raise Exception("no")
register_after_restore(fail)
def handler(event, context):
    return 1
`,
  },
]);
const PYTHON = {
  ...{ Role: ROLE, Runtime: 'python3.13', Handler: 'index.handler', Code: { ZipFile: bytes(UNRESTORABLE) } },
  SnapStart: { ApplyOn: 'PublishedVersions' },
};
const KINESIS = { EventSourceArn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s', StartingPosition: 'LATEST' };

describe.skipIf(missing !== undefined).each([
  ['usual', {}],
  ['slow', { realisticStates: true }],
  // The bucket's packages are larger than what is left.
  ['full', { totalCodeBytes: ECHO.length }],
] as const satisfies readonly (readonly [Account, Partial<LocalServiceOptions>])[])(
  `documented errors of an account that is %s, through boto3${missing === undefined ? '' : `: ${missing}`}`,
  (account, options) => {
    let service: TestService;
    let boto: Boto3;
    let resources: Resources;
    let made = 0;
    beforeAll(async () => {
      service = await startTestService(options);
      boto = new Boto3(service.endpoint);
      await fillBucket(service, { key: ECHO, larger: LARGER });
      resources = await PREPARATIONS[account](boto);
    });
    afterAll(async () => {
      await boto?.dispose();
      await service?.dispose();
      expect(service?.bugs).toEqual([]);
    });

    const provocations = PROVOCATIONS.filter((one) => (one.account ?? 'usual') === account);
    it.each(provocations.map((one) => [one.operation, one.answer ?? one.error, one] as const))(
      '%s answers %s',
      async (operation, code, provocation) => {
        const provokeOnce = async () => {
          made += 1;
          const named = account === 'slow' ? await makeAnew(boto, provocation, made) : resources;
          return callUntilError(boto, provocation, named);
        };
        let answer = await provokeOnce();
        // On a busy machine what was made anew may be ready before it is called.
        for (let tries = 1; account === 'slow' && answer.error === undefined && tries < 5; tries += 1) {
          answer = await provokeOnce();
        }
        expect(`${answer.error}: ${answer.message}`).toMatch(new RegExp(`^${code}: `));
        expect(answer.raw.headers?.['x-amzn-errortype']).toBe(code);
        expect(operation).toBe(provocation.operation);
      },
    );
  },
);

async function callUntilError(boto: Boto3, { operation, input, tries = 1, headers }: Provocation, named: Resources) {
  const call = operation.replaceAll(/(?<!^)[A-Z]/g, '_$&').toLowerCase();
  for (let attempt = 0; ; attempt += 1) {
    const params = typeof input === 'function' ? input(named, attempt) : input;
    const answer = await boto.call(
      call,
      'FunctionName' in named ? { ...params, ...renamed(params, named) } : params,
      headers,
    );
    if (answer.error !== undefined || attempt + 1 >= tries) return answer;
  }
}

/** What is to be met while it is being made gets a name of its own for each call. */
type Fresh = Resources & { readonly FunctionName: string };

function renamed(params: Members, { FunctionName }: Members): Members {
  if (params.FunctionName === undefined) return {};
  return { FunctionName: String(params.FunctionName).replace(/^[a-z]+/, FunctionName) };
}

async function makeAnew(boto: Boto3, { error }: Provocation, number: number): Promise<Fresh> {
  const FunctionName = `made-${number}`;
  const none = { codeSigningConfigArn: '', mappingId: '' };
  if (error === 'SnapStartNotReadyException') {
    await ok(boto, 'create_function', { FunctionName, ...PYTHON, Publish: true }, 201);
    return { ...none, FunctionName };
  }
  await ok(boto, 'create_function', { FunctionName, ...CREATION }, 201);
  if (error !== 'ResourceInUseException') return { ...none, FunctionName };
  const mapping = await boto
    .wait('function_active_v2', { FunctionName })
    .then(() => ok(boto, 'create_event_source_mapping', { FunctionName, ...KINESIS }, 202));
  return { ...none, mappingId: mapping.UUID, FunctionName };
}

const PREPARATIONS: Readonly<Record<Account, (boto: Boto3) => Promise<Resources>>> = {
  usual: prepareUsual,
  slow: async () => ({ codeSigningConfigArn: '', mappingId: '' }),
  async full(boto) {
    await ok(boto, 'create_function', { FunctionName: 'fn', ...CREATION }, 201);
    return { codeSigningConfigArn: '', mappingId: '' };
  },
};

async function prepareUsual(boto: Boto3): Promise<Resources> {
  const publishers = { SigningProfileVersionArns: ['arn:aws:signer:eu-west-1:000000000000:/signing-profiles/p/1'] };
  const config = await ok(boto, 'create_code_signing_config', { AllowedPublishers: publishers }, 201);
  const { CodeSigningConfigArn } = config.CodeSigningConfig;
  for (const FunctionName of ['fn', 'provisioned', 'stopped']) {
    await ok(boto, 'create_function', { FunctionName, ...CREATION, Publish: true }, 201);
    await ok(boto, 'create_alias', { FunctionName, Name: 'live', FunctionVersion: '1' }, 201);
  }
  const fn = { FunctionName: 'fn' };
  const statement = { StatementId: 's', Principal: '*' };
  await ok(boto, 'put_function_code_signing_config', { ...fn, CodeSigningConfigArn });
  await ok(boto, 'add_permission', { ...fn, ...statement, Action: 'lambda:InvokeFunction' }, 201);
  await ok(boto, 'create_function_url_config', { ...fn, AuthType: 'NONE' }, 201);
  await ok(boto, 'put_function_event_invoke_config', { ...fn, MaximumRetryAttempts: 1 });
  await ok(boto, 'put_function_concurrency', { FunctionName: 'stopped', ReservedConcurrentExecutions: 0 });
  const provisioned = { FunctionName: 'provisioned', Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
  await ok(boto, 'put_provisioned_concurrency_config', provisioned, 202);
  const LayerName = 'layer';
  await ok(boto, 'publish_layer_version', { LayerName, Content: { ZipFile: bytes(ECHO) } }, 201);
  const layer = { LayerName, VersionNumber: 1, ...statement, Action: 'lambda:GetLayerVersion' };
  await ok(boto, 'add_layer_version_permission', layer, 201);
  await ok(boto, 'create_function', { FunctionName: 'unrestorable', ...PYTHON, Publish: true }, 201);
  const { UUID } = await ok(boto, 'create_event_source_mapping', { ...fn, ...KINESIS, Enabled: false }, 202);
  return { codeSigningConfigArn: CodeSigningConfigArn, mappingId: UUID };
}
