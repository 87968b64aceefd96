import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODE_OF } from '../../src/cli/exit-codes.js';
import type { ErrorCode } from '../../src/errors/lambdakit-error.js';
import { useMotoServer } from '../conformance/moto/moto-server.js';
import { root, writeFiles } from './bin-kit.js';
import { COMMAND_ROWS, type CommandRow, FOREGROUND, GONE_ROWS, type Walk } from './command-rows.js';
import { type CommandRun, type Mode, runCommandIn, terminalMissing } from './command-runs.js';

const manifest = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as {
  readonly commands: Readonly<Record<string, { readonly id: string }>>;
};

const noTerminal = terminalMissing();
const moto = useMotoServer();
const MODES: readonly Mode[] = noTerminal === undefined ? ['plain', 'json', 'terminal'] : ['plain', 'json'];
const TEST_KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
const QUEUE = 'orders';
const ESCAPE = '\u001b';

type Side = 'local' | 'moto';
/** Of each row, what each mode has led to. */
type Runs = Map<CommandRow, Map<Mode, CommandRun>>;
const runs: Readonly<Record<Side | 'gone', Runs>> = { local: new Map(), moto: new Map(), gone: new Map() };
let folder: string;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-matrix-'));
  closers.push(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const localQueue = await makeQueue(await startService(writeProject('local')));
  const walks = MODES.map((mode) => walkOn('local', mode, { args: ['--local'], env: {}, queueArn: localQueue }));
  if (moto.missing === '') {
    const queueArn = await makeQueue(moto.endpoint);
    writeProject('moto');
    const args = ['--endpoint-url', moto.endpoint];
    walks.push(...MODES.map((mode) => walkOn('moto', mode, { args, env: TEST_KEYS, queueArn })));
  }
  await Promise.all(walks);
}, 300_000);

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A project with a function for each mode. */
function writeProject(side: Side): string {
  const project = path.join(folder, side);
  const settings = { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20, role: 'auto' };
  writeFiles(project, {
    'lambdakit.json': JSON.stringify({
      service: 'matrix',
      region: 'us-east-1',
      functions: Object.fromEntries(MODES.map((mode) => [`hello-${mode}`, settings])),
    }),
    'src/index.mjs':
      "export const handler = async (event) => { console.log('got', event.n); if (event.fail) throw new RangeError('too far'); return event; };\n",
    'vendor/nodejs/answer.mjs': 'export const answer = 42;\n',
    'records.jsonl': '{"n":1}\n{"n":2}\n',
  });
  return project;
}

/** Starts the service that all local rows share, and answers where its SQS is. */
async function startService(project: string): Promise<string> {
  const child = spawn(process.execPath, [path.join(root, 'bin', 'run.js'), 'local', 'start', '--port', '0', '--json'], {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: project },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  closers.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let printed = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += text;
    if (printed.endsWith('}\n')) break;
  }
  const { variables } = JSON.parse(printed) as { readonly variables: Readonly<Record<string, string>> };
  return variables.AWS_ENDPOINT_URL_SQS ?? '';
}

async function makeQueue(endpoint: string): Promise<string> {
  const { SQS } = await import('@aws-sdk/client-sqs');
  const sqs = new SQS({ region: 'us-east-1', endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  try {
    const { QueueUrl } = await sqs.createQueue({ QueueName: QUEUE });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
    return Attributes?.QueueArn ?? '';
  } finally {
    sqs.destroy();
  }
}

interface Target {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly queueArn: string;
}

/** Runs all rows of one side in one mode, one after the other. */
async function walkOn(side: Side, mode: Mode, { args, env, queueArn }: Target): Promise<void> {
  const printed = new Map<string, string>();
  const walk: Walk = {
    hello: `hello-${mode}`,
    own: (name) => `${mode}-${name}`,
    seen: (id, pattern) => pattern.exec(printed.get(id) ?? '')?.[0] ?? 'nothing',
    queueArn,
  };
  const elsewhere = path.join(folder, `${side}-${mode}`);
  mkdirSync(elsewhere);
  const take = async (row: CommandRow, into: Runs): Promise<CommandRun> => {
    const words = [...row.id.split(':'), ...(row.words?.(walk) ?? []), ...args];
    const cwd = row.isElsewhere === true ? elsewhere : path.join(folder, side);
    const run = await runCommandIn(words, { mode, cwd, env });
    into.set(row, (into.get(row) ?? new Map<Mode, CommandRun>()).set(mode, run));
    return run;
  };
  for (const row of COMMAND_ROWS.filter((one) => side === 'local' || typeof one.moto !== 'string'))
    printed.set(row.id, (await take(row, runs[side])).stdout);
  if (side === 'local' && mode !== 'terminal') for (const row of GONE_ROWS) await take(row, runs.gone);
}

it('has a row for every command', () => {
  const commands = Object.keys(manifest.commands).filter((id) => !FOREGROUND.has(id));
  expect([...new Set(COMMAND_ROWS.map(({ id }) => id))].toSorted()).toEqual(commands.toSorted());
});

const titleOf = ({ id, exit }: CommandRow): string =>
  `${id.replace(':', ' ')}${exit === undefined ? '' : ` (${exit})`}`;

describe(`against the local service${noTerminal === undefined ? '' : ` (not at a terminal: ${noTerminal})`}`, () => {
  it.each(COMMAND_ROWS.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    expectSame(runs.local.get(row), row.exit ?? 0);
  });
});

describe.skipIf(moto.missing !== '')(`against moto${moto.missing}`, () => {
  const rows = COMMAND_ROWS.filter(({ moto }) => typeof moto !== 'string');
  it.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    expectSame(runs.moto.get(row), Number(row.moto ?? 0));
  });
});

describe('after the function has been deleted', () => {
  it.each(GONE_ROWS.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    const byMode = runs.gone.get(row);
    const [plain, json] = [byMode?.get('plain'), byMode?.get('json')];
    expect({ isHung: plain?.isHung, code: plain?.code }).toEqual({ isHung: false, code: json?.code });
    expectOneDocument(json);
    expect(`${plain?.stdout}${plain?.stderr}`).not.toContain(ESCAPE);
  });
});

/** Every mode ends, with the same exit code, and none says what only another one may. */
function expectSame(byMode: ReadonlyMap<Mode, CommandRun> | undefined, exit: number): void {
  expect([...(byMode?.keys() ?? [])].toSorted()).toEqual(MODES.toSorted());
  for (const [mode, { code, isHung, stdout, stderr }] of byMode ?? []) {
    expect({ mode, code, isHung, stdout, stderr }).toEqual({ mode, code: exit, isHung: false, stdout, stderr });
  }
  for (const mode of ['plain', 'json'] as const) {
    const run = byMode?.get(mode);
    expect(`${run?.stdout}${run?.stderr}`).not.toContain(ESCAPE);
  }
  expectOneDocument(byMode?.get('json'));
}

/** Stdout is one document, and the exit code what its error stands for. */
function expectOneDocument(run: CommandRun | undefined): void {
  const document = JSON.parse(run?.stdout ?? '') as { readonly error?: { readonly code: ErrorCode } };
  if (document.error !== undefined) expect(document.error.code).not.toBe('internal');
  expect(document.error === undefined ? 0 : EXIT_CODE_OF[document.error.code]).toBe(run?.code);
}
