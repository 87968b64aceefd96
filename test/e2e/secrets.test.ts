import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, writeFiles } from './bin-kit.js';
import { COMMAND_ROWS, type Walk } from './command-rows.js';
import { type CommandRun, runCommandIn, startCommandIn } from './command-runs.js';

/** What must never be seen. Each is told apart by its number, so that a hit says what has leaked. */
const CANARY = {
  accessKeyId: 'AKIAKANARIE000000001',
  secretAccessKey: 'kanarie-0002/secret+access+key',
  sessionToken: 'kanarie-0003//session//token==',
  shellToken: 'kanarie-0004-npm-token',
  environmentValue: 'kanarie-0005-in-the-project-file',
  plainEnvironmentValue: 'kanarie-0006-under-a-harmless-name',
  interpolatedValue: 'kanarie-0007-by-a-reference',
  envFileValue: 'kanarie-0008-in-the-env-file',
  flagValue: 'kanarie-0009-on-the-command-line',
  urlPassword: 'kanarie-0010-in-the-endpoint',
  profileSecret: 'kanarie-0011-in-the-credentials-file',
  brokenValue: 'kanarie-0012-beside-a-mistake',
} as const;
const LEAK = /AKIAKANARIE\d+|kanarie-\d{4}/g;
/** A presigned download address, the local service's or S3's. */
const PRESIGNED = /X-Amz-(Signature|Security-Token|Credential)=\S+|[?&]Signature=\S+/g;

const VARIABLES = {
  AWS_ACCESS_KEY_ID: CANARY.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CANARY.secretAccessKey,
  AWS_SESSION_TOKEN: CANARY.sessionToken,
  AWS_REGION: 'us-east-1',
  NPM_TOKEN: CANARY.shellToken,
  GITHUB_TOKEN: CANARY.shellToken,
  KANARIE: CANARY.interpolatedValue,
};

const ENVIRONMENT = {
  DB_PASSWORD: CANARY.environmentValue,
  TABLE: CANARY.plainEnvironmentValue,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of the project file
  FROM_SHELL: '${env:KANARIE}',
};

let folder: string;
const closers: (() => Promise<void>)[] = [];
const runs: CommandRun[] = [];
/** The files with a function's environment while it is deployed, and who else may do what with them. */
let kept: readonly { readonly name: string; readonly mode: number; readonly text: string }[] = [];
let serviceOutput = '';

beforeAll(async () => {
  folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-secrets-'));
  closers.push(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  mkdirSync(path.join(folder, 'tmp'));
  writeFiles(folder, {
    credentials: `[team]\naws_access_key_id = ${CANARY.accessKeyId}\naws_secret_access_key = ${CANARY.profileSecret}\n`,
  });
  writeProject('project');
  await startService(path.join(folder, 'project'));
  await Promise.all([walkThroughCommands(), failInManyWays()]);
}, 300_000);

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

function writeProject(name: string, more: Readonly<Record<string, string>> = {}): string {
  const settings = { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20, role: 'auto' };
  const project = path.join(folder, name);
  writeFiles(project, {
    'lambdakit.json': JSON.stringify({
      service: 'secrets',
      region: 'us-east-1',
      functions: { hello: { ...settings, environment: ENVIRONMENT, envFile: '.env' } },
    }),
    '.env': `API_KEY=${CANARY.envFileValue}\n`,
    'src/index.mjs': `export const handler = async (event) => {
      console.log('got', event.n);
      if (event.fail) throw new RangeError('too far');
      if (event.crash) process.abort();
      if (event.exit) process.exit(3);
      return Object.keys(process.env).length;
    };\n`,
    'vendor/nodejs/answer.mjs': 'export const answer = 42;\n',
    'records.jsonl': '{"n":1}\n',
    ...more,
  });
  return project;
}

async function startService(project: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [path.join(root, 'bin', 'run.js'), 'local', 'start', '--port', '0', '--verbose'],
    {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: project, TMPDIR: path.join(folder, 'tmp'), ...VARIABLES },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = once(child, 'close');
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      serviceOutput += text;
    });
  }
  closers.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await once(child.stdout, 'data');
}

interface Attempt {
  readonly words: readonly string[];
  readonly project?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly mode?: 'plain' | 'json';
}

async function attempt({ words, project = 'project', env = {}, mode = 'plain' }: Attempt): Promise<CommandRun> {
  const variables = { ...VARIABLES, TMPDIR: path.join(folder, 'tmp'), ...env };
  const run = await runCommandIn([...words, '--verbose'], { mode, cwd: path.join(folder, project), env: variables });
  // The template of `export` is asked for with all of its values; all else is not.
  runs.push(words[0] === 'export' ? { ...run, stdout: '' } : run);
  return run;
}

/** Every command as it is meant to be used. */
async function walkThroughCommands(): Promise<void> {
  const printed = new Map<string, string>();
  const walk: Walk = {
    hello: 'hello',
    own: (name) => name,
    seen: (id, pattern) => pattern.exec(printed.get(id) ?? '')?.[0] ?? 'nothing',
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:none',
  };
  mkdirSync(path.join(folder, 'elsewhere'));
  for (const row of COMMAND_ROWS) {
    const words = [...row.id.split(':'), ...(row.words?.(walk) ?? []), '--local'];
    if (row.id === 'delete') await lookCloser();
    const run = await attempt({ words, ...(row.isElsewhere === true && { project: 'elsewhere' }) });
    printed.set(row.id, run.stdout);
  }
}

/** What tells more than others of a function that is deployed. */
async function lookCloser(): Promise<void> {
  const asked: readonly (readonly string[])[] = [
    ['status', 'hello'],
    ['list'],
    ['diff', 'hello', '--env', `DB_PASSWORD=${CANARY.flagValue}`],
    ['deploy', 'hello', '--dry-run', '--env', `OTHER=${CANARY.flagValue}`],
    ['deploy', 'hello', '--env-merge', '--env', `OTHER=${CANARY.flagValue}`],
    ['check', 'hello'],
    ['package', 'hello', '--why', 'deployed'],
    ['invoke', 'hello', '{"crash":1}', '--tail'],
    ['invoke', 'hello', '{"exit":1}', '--full-log'],
    ['local', 'invoke', 'hello', '{"exit":1}', '--env', `OTHER=${CANARY.flagValue}`],
  ];
  for (const words of asked) {
    await attempt({ words: [...words, '--local'] });
    await attempt({ words: [...words, '--local'], mode: 'json' });
  }
  kept = filesBelow(folder)
    .filter((name) => KEEPS_ENVIRONMENT.test(name))
    .map((name) => ({
      name,
      mode: statSync(path.join(folder, name)).mode & 0o077,
      text: contentsOf(path.join(folder, name)),
    }));
}

/** Errors and crashes. */
async function failInManyWays(): Promise<void> {
  const unreachable = 'http://127.0.0.1:1';
  const withPassword = `http://user:${CANARY.urlPassword}@127.0.0.1:1`;
  const [echoing, unknown, garbled] = [
    await startRefusal(echo),
    await startRefusal(unknownKey),
    await startRefusal(garble),
  ];
  const attempts: Attempt[] = [
    ...[['list'], ['deploy', 'hello'], ['invoke', 'hello'], ['status', 'hello']].flatMap((words) =>
      [unreachable, withPassword, echoing, unknown, garbled].map((endpoint) => ({
        words: [...words, '--endpoint-url', endpoint],
      })),
    ),
    { words: ['list', '--endpoint-url', echoing], mode: 'json' },
    { words: ['list', '--endpoint-url', withPassword], mode: 'json' },
    { words: ['doctor', '--endpoint-url', echoing] },
    { words: ['doctor', '--endpoint-url', withPassword] },
    {
      words: ['list', '--profile', 'team', '--endpoint-url', echoing],
      env: { AWS_ACCESS_KEY_ID: '', AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials') },
    },
    { words: ['list', '--profile', 'nobody', '--endpoint-url', echoing] },
    { words: ['deploy', 'hello', '--local', '--env', CANARY.flagValue] },
    { words: ['deploy', 'hello', '--local', '--env', `NO-NAME=${CANARY.flagValue}`] },
    { words: ['deploy', 'hello', '--local', '--env', `AWS_REGION=${CANARY.flagValue}`] },
    { words: ['deploy', 'hello', '--local', '--enw', `A=${CANARY.flagValue}`] },
    ...BROKEN.map(([name, text], index) => {
      const project = `broken-${index}`;
      const file = path.join(writeProject(project), 'lambdakit.json');
      rmSync(file);
      writeFiles(path.join(folder, project), { [name]: text });
      return { words: ['deploy', 'hello', '--local'], project };
    }),
  ];
  for (const one of attempts) await attempt(one);
  await killOnTheWay();
}

/** Project files that are wrong near a secret. */
const BROKEN: readonly (readonly [name: string, text: string])[] = [
  ['lambdakit.json', `{"functions":{"hello":{"environment":{"DB_PASSWORD":"${CANARY.brokenValue}" "A":1}}}}`],
  ['lambdakit.json', `{"functions":{"hello":{"environment":"${CANARY.brokenValue}"}}}`],
  ['lambdakit.json', `{"functions":{"hello":{"environment":["${CANARY.brokenValue}"]}}}`],
  ['lambdakit.json', `{"functions":{"hello":{"environment":{"DB PASSWORD":"${CANARY.brokenValue}"}}}}`],
  ['lambdakit.json', `{"functions":{"hello":{"environment":{"DB_PASSWORD":{"value":"${CANARY.brokenValue}"}}}}}`],
  ['lambdakit.json', `{"functions":{"hello":{"environment":{"DB_PASSWORD":"\${${CANARY.brokenValue}"}}}}`],
  ['lambdakit.json', `{"functions":{"hello":{"environment":{"AWS_REGION":"${CANARY.brokenValue}"}}}}`],
  ['lambdakit.yaml', `functions:\n  hello:\n    environment:\n      DB_PASSWORD: "${CANARY.brokenValue}\n      A: 1\n`],
  ['lambdakit.yaml', `functions:\n  hello:\n    environment:\n      DB_PASSWORD: [${CANARY.brokenValue}\n`],
  ['lambdakit.yaml', `functions:\n  hello:\n    environment:\n      - DB_PASSWORD=${CANARY.brokenValue}\n`],
  ['lambdakit.yaml', `functions:\n  hello:\n    environment:\n      DB_PASSWORD: *${CANARY.brokenValue}\n`],
  ['lambdakit.yaml', `functions:\n  hello:\n    environment:\n      DB_PASSWORD: !${CANARY.brokenValue}\n`],
  ['lambdakit.yaml', `functions:\n  hello:\n    environment:\n      DB_PASSWORD: |${CANARY.brokenValue}\n`],
];

/** A deployment that is killed at once, and one that is interrupted. */
async function killOnTheWay(): Promise<void> {
  const silent = createServer(() => undefined);
  const endpoint = await listen(silent);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    const project = `killed-${signal}`;
    const started = startCommandIn(['deploy', 'hello', '--verbose', '--endpoint-url', endpoint], {
      mode: 'plain',
      cwd: writeProject(project),
      env: { ...VARIABLES, TMPDIR: path.join(folder, 'tmp') },
    });
    await Promise.race([once(silent, 'request'), started.ended]);
    started.kill(signal);
    runs.push(await started.ended);
  }
}

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function startRefusal(refuse: (request: IncomingMessage, body: string) => Refusal): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { status, type, body: answer } = refuse(request, body);
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type }).end(answer);
    });
  });
  return listen(server);
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** AWS shows the canonical request to whom has signed it wrongly, and with it the session token. */
function echo({ method, url, headers }: IncomingMessage): Refusal {
  const canonical = Object.entries(headers).map(([name, value]) => `${name}:${String(value)}`);
  const message = `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${[method, url, '', ...canonical].join('\n')}'\n`;
  return { status: 403, type: 'InvalidSignatureException', body: JSON.stringify({ message }) };
}

function unknownKey(): Refusal {
  const message = 'The security token included in the request is invalid.';
  return { status: 403, type: 'UnrecognizedClientException', body: JSON.stringify({ message }) };
}

/** A proxy that shows what it has been sent. */
function garble({ headers }: IncomingMessage, body: string): Refusal {
  return { status: 400, type: 'Bad', body: `<html><pre>${JSON.stringify(headers)}\n${body}</pre></html>` };
}

/** Where a function's own environment must be kept, because the function gets it from there. */
const KEEPS_ENVIRONMENT = /^[^/]+\/\.lambdakit\/local\/functions\/[^/]+(\/|\.json$)/;
/** What the test has written, and the project file that `import` makes of a function with all of its values. */
const GIVEN = /^(credentials|project\/imported\/.+|[^/]+\/(lambdakit\.(json|yaml)|\.env))$/;

function hitsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(LEAK), ...text.matchAll(PRESIGNED)].map(([hit]) => hit))];
}

function filesBelow(top: string): readonly string[] {
  return readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const found = statSync(path.join(top, name), { throwIfNoEntry: false });
    return found?.isFile() === true;
  });
}

/** Nothing when the service has just removed it. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** The bytes of a file, and of each entry of an archive as it was before it was packed. */
function contentsOf(file: string): string {
  const bytes = bytesOf(file);
  const parts = [bytes.toString('latin1')];
  for (let at = bytes.indexOf('PK\u0003\u0004'); at >= 0; at = bytes.indexOf('PK\u0003\u0004', at + 4)) {
    if (bytes.readUInt16LE(at + 8) !== 8) continue;
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    parts.push(inflateRawSync(bytes.subarray(start), { finishFlush: 2 }).toString('latin1'));
  }
  return parts.join('\n');
}

describe('secrets', () => {
  it('are printed by no command, however it ends', () => {
    expect(runs.length).toBeGreaterThan(100);
    const leaks = runs.flatMap(({ words, stdout, stderr }) => {
      const hits = hitsIn(stdout + stderr);
      return hits.length === 0 ? [] : [{ words: words.join(' ').replaceAll(LEAK, '***'), hits }];
    });
    expect(leaks).toEqual([]);
  });

  it('let every command come to the end that is expected of it', () => {
    const bugs = runs.filter(
      ({ isHung, stderr, stdout }) => isHung || /"internal"|Unexpected error/.test(stderr + stdout),
    );
    expect(bugs).toEqual([]);
  });

  it('are told to nobody by the service', () => {
    expect(serviceOutput).not.toBe('');
    expect(hitsIn(serviceOutput)).toEqual([]);
  });

  it('stand in no file but those that a function gets its environment from', () => {
    const files = filesBelow(folder).filter((name) => !GIVEN.test(name));
    const leaks = files
      .filter((name) => !KEEPS_ENVIRONMENT.test(name))
      .flatMap((name) => {
        const hits = hitsIn(contentsOf(path.join(folder, name)));
        return hits.length === 0 ? [] : [{ name, hits }];
      });
    expect(leaks).toEqual([]);
    expect(files.some((name) => name.endsWith('.zip'))).toBe(true);
    expect(files.filter((name) => /(^|\/)core(\.\d+)?$/.test(name))).toEqual([]);
  });

  it('are kept where nobody else may read', () => {
    expect(kept.some(({ text }) => text.includes(CANARY.environmentValue))).toBe(true);
    expect(kept.filter(({ mode }) => mode !== 0).map(({ name }) => name)).toEqual([]);
  });
});
