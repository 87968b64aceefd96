import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FunctionSnapshot } from '../../../src/local/core/function-snapshot.js';
import type { EnvironmentHost, LaunchedProcess, OpeningRequest, ProcessExit } from '../../../src/local/core/ports.js';
import { createSupervisor, type Supervisor, type SupervisorOptions } from '../../../src/local/supervisor/supervisor.js';

export interface World {
  readonly folder: string;
  readonly supervisor: Supervisor;
  /** Writes files (mode 755) into a new folder and returns it. */
  writeFolder(files: Readonly<Record<string, string>>): Promise<string>;
  open(
    snapshot: Partial<FunctionSnapshot>,
    request?: Partial<OpeningRequest>,
    signal?: AbortSignal,
  ): Promise<EnvironmentHost>;
  dispose(): Promise<void>;
}

/** A supervisor in a temp folder; its node start program runs the file `index.mjs` of the function. */
export async function createWorld(options: Partial<SupervisorOptions> = {}): Promise<World> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-supervisor-test-'));
  const writeFolder = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const target = path.join(folder, `files-${randomBytes(4).toString('hex')}`);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(target, name)), { recursive: true });
      await writeFile(path.join(target, name), text);
      await chmod(path.join(target, name), 0o755);
    }
    await mkdir(target, { recursive: true });
    return target;
  };
  const bootstrapFolder = await writeFolder({
    'nodejs/index.mjs': 'await import(process.env.LAMBDA_TASK_ROOT + "/index.mjs");\n',
    'python/bootstrap.py': 'import os\nexec(open(os.environ["LAMBDA_TASK_ROOT"] + "/main.py").read())\n',
    'provided/README': 'nothing\n',
  });
  const supervisor = createSupervisor({
    workFolder: path.join(folder, 'work'),
    cacheFolder: path.join(folder, 'cache'),
    bootstrapFolder,
    ...options,
  });
  return {
    folder,
    supervisor,
    writeFolder,
    open: async (snapshot, request = {}, signal) => {
      const environmentId = randomBytes(16).toString('hex');
      const whole: OpeningRequest = {
        environmentId,
        snapshot: { ...SNAPSHOT, ...snapshot },
        initializationType: 'on-demand',
        logStream: `2026/11/21/[$LATEST]${environmentId}`,
        openRuntimeApi: async () => ({ address: '127.0.0.1:9' }),
        ...request,
      };
      return supervisor.open(whole, signal);
    },
    dispose: async () => {
      await supervisor.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const SNAPSHOT: FunctionSnapshot = {
  accountId: '123456789012',
  region: 'eu-west-1',
  functionName: 'hello',
  version: '$LATEST',
  functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:hello',
  revisionId: 'r1',
  packageType: 'Zip',
  runtime: `nodejs${process.versions.node.split('.')[0]}.x`,
  handler: 'index.handler',
  role: 'arn:aws:iam::123456789012:role/r',
  timeoutSeconds: 3,
  memorySizeMb: 256,
  ephemeralStorageMb: 512,
  architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  environment: {},
  codeFolder: '',
  layerFolders: [],
  logGroup: '/aws/lambda/hello',
  logFormat: 'Text',
  applicationLogLevel: undefined,
  systemLogLevel: undefined,
  tracingMode: 'PassThrough',
  snapStart: false,
  runtimeVersionArn: undefined,
};

export interface Run {
  readonly process: LaunchedProcess;
  /** Everything written so far. */
  text(): string;
  /** Resolves when the output matches. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
  readonly exit: Promise<ProcessExit>;
}

export async function startRuntime(host: EnvironmentHost): Promise<Run> {
  return watch((events) => host.startRuntime(events));
}

export async function startExtension(host: EnvironmentHost, name: string): Promise<Run> {
  return watch((events) => host.startExtension(name, events));
}

async function watch(
  start: (events: { onOutput(chunk: Uint8Array): void; onExit(exit: ProcessExit): void }) => Promise<LaunchedProcess>,
): Promise<Run> {
  const chunks: Uint8Array[] = [];
  const waiting = new Set<() => void>();
  let settleExit: (end: ProcessExit) => void = () => undefined;
  const exit = new Promise<ProcessExit>((resolve) => {
    settleExit = resolve;
  });
  const text = (): string => Buffer.concat(chunks).toString('utf8');
  const launched = await start({
    onOutput: (chunk) => {
      chunks.push(chunk);
      for (const check of waiting) check();
    },
    onExit: (end) => settleExit(end),
  });
  const waitFor = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(text());
        if (match === null) return;
        waiting.delete(check);
        resolve(match);
      };
      waiting.add(check);
      check();
      void exit.then((end) => {
        check();
        if (waiting.has(check)) reject(new Error(`ended (${JSON.stringify(end)}) without ${pattern}:\n${text()}`));
      });
    });
  return { process: launched, text, waitFor, exit };
}

/** Asks again and again, a few milliseconds apart, until the answer is yes; the test's own time limit ends it. */
export async function until(question: () => Promise<boolean>): Promise<void> {
  while (!(await question())) await new Promise((resolve) => setImmediate(resolve));
}
