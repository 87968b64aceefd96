import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { LocalServiceOptions } from '../../../src/local/index.js';
import { packageRoot } from '../../../src/system/package-root.js';
import { createTempFolder } from '../../../src/system/temp-folder.js';
import { descendantsOf, killWithDescendants } from '../../service/supervisor-kit/process-list.js';

/** The service as a process of its own, so that its memory is measured alone and it can be killed. */
const PROGRAM = `
  import { startLocalService } from './src/local/index.js';
  import { limitServiceHeap } from './src/system/small-heap.js';
  // As the command line does.
  limitServiceHeap();
  const bugs = [];
  const note = (error, at) => bugs.push(at + ': ' + (error instanceof Error ? error.stack : String(error)));
  process.on('uncaughtException', (error) => note(error, 'uncaught'));
  const options = JSON.parse(process.argv[3]);
  const service = await startLocalService({ ...options, stateFolder: process.argv[2], onBug: note }).catch((error) => {
    process.send({ refusal: error.message }, () => process.exit(1));
    return new Promise(() => setInterval(() => undefined, 1_000));
  });
  process.on('message', async (message) => {
    if (message === 'stop') {
      await service.dispose();
      process.disconnect();
    } else {
      for (let round = 0; round < 3; round += 1) {
        globalThis.gc();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { heapUsed, external } = process.memoryUsage();
      process.send({ bugs, heapMb: (heapUsed + external) / 1048576 });
    }
  });
  process.send({ endpoint: service.endpoint, variables: service.variables });`;

export interface ServiceProcess {
  readonly endpoint: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly pid: number;
  /** What is held after a garbage collection. */
  measure(): Promise<Holdings>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Disposes the service and waits for the end of its process; rejects when that does not end by itself with 0. */
  stop(): Promise<void>;
}

export interface Holdings {
  readonly rssMb: number;
  /** JavaScript objects and buffers that are in use. */
  readonly heapMb: number;
  /** What they are, sockets left out: connections that a client keeps open are not the service's to close. */
  readonly openFiles: readonly string[];
  /** Processes below the service, whatever their depth. */
  readonly children: number;
  /** Files and folders below the temp folder and in the folders of environments; prepared pipes and views of layers are not among them. */
  readonly temporaryEntries: number;
  /** Errors of the service's own so far. */
  readonly bugs: readonly string[];
}

/** A state folder, a temp folder of its own, and as many lives of a service on it as a check wants. */
export interface ServiceHome {
  readonly stateFolder: string;
  /** Rejects with the service's own words when it does not start. */
  start(options?: Partial<Pick<LocalServiceOptions, SerializableOption>>): Promise<ServiceProcess>;
  /** Kills what still runs and removes the folders. */
  dispose(): Promise<void>;
}

type SerializableOption = 'port' | 'timeScale' | 'seed' | 'realisticStates' | 'concurrentExecutions' | 'supervisor';

/** Builds the service from source once and makes a home for it. */
export async function createServiceHome(): Promise<ServiceHome> {
  const folder = await createTempFolder('soak');
  const stateFolder = path.join(folder.path, 'state');
  const temporary = path.join(folder.path, 'tmp');
  await mkdir(temporary);
  // Below the package, from where the program finds the package's own files and what it depends on.
  const programFolder = path.join(packageRoot(), 'node_modules', '.cache', `soak-${path.basename(folder.path)}`);
  const program = path.join(programFolder, 'program.mjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: packageRoot() },
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  // A copy, so that whoever builds the package meanwhile takes no runtime away from under a function.
  const bootstrapFolder = path.join(folder.path, 'bootstrap');
  await cp(path.join(packageRoot(), 'dist', 'bootstrap'), bootstrapFolder, { recursive: true });
  const running = new Set<ChildProcess>();
  return {
    stateFolder,
    async start(options = {}) {
      const child = fork(
        program,
        [stateFolder, JSON.stringify({ ...options, supervisor: { bootstrapFolder, ...options.supervisor } })],
        {
          execArgv: ['--expose-gc'],
          env: { ...process.env, TMPDIR: temporary },
        },
      );
      running.add(child);
      child.once('exit', () => running.delete(child));
      return describeProcess(child, [temporary, path.join(stateFolder, 'environments', 'environments')]);
    },
    async dispose() {
      await Promise.all([...running].map(killWithDescendants));
      await rm(programFolder, { recursive: true, force: true });
      await folder.remove();
    },
  };
}

async function describeProcess(child: ChildProcess, folders: readonly string[]): Promise<ServiceProcess> {
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const first = await Promise.race([
    once(child, 'message'),
    ended.then((code) => Promise.reject(new Error(`the service ended with ${code}`))),
  ]);
  const { refusal } = first[0] as { refusal?: string };
  if (refusal !== undefined) throw new Error(refusal);
  const { endpoint, variables } = first[0] as Pick<ServiceProcess, 'endpoint' | 'variables'>;
  const pid = child.pid!;
  return {
    endpoint,
    variables,
    pid,
    async measure() {
      const answered = once(child, 'message');
      child.send('measure');
      const [{ bugs, heapMb }] = (await answered) as [Pick<Holdings, 'bugs' | 'heapMb'>];
      return {
        rssMb: await rssMb(pid),
        heapMb,
        openFiles: await openFiles(pid),
        children: (await descendantsOf(pid)).length,
        temporaryEntries: (await Promise.all(folders.map(countEntries))).reduce((sum, count) => sum + count, 0),
        bugs,
      };
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.send('stop');
      const code = await ended;
      if (code !== 0) throw new Error(`the service ended with ${code}`);
    },
  };
}

async function rssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function openFiles(pid: number): Promise<readonly string[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link !== '' && !link.startsWith('socket:')).sort();
}

async function countEntries(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true }).catch(() => [])).length;
}
