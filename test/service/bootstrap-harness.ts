import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createTempFolder } from '../../src/system/temp-folder.js';

/** One POST that a runtime sent, as it arrived. */
export interface RuntimeCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly trailers: IncomingMessage['trailers'];
  readonly body: Buffer;
  /** True when the connection was lost before the end of the body. */
  readonly isTruncated: boolean;
}

interface QueuedEvent {
  readonly requestId: string;
  readonly payload: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly settle: (call: RuntimeCall) => void;
}

/**
 * A small Runtime API for tests of the programs that call it: one event at a time, no state machine,
 * every POST is kept. What the real one refuses is tested with the real one.
 */
export class TestRuntimeApi {
  readonly posts: RuntimeCall[] = [];
  readonly gets: string[] = [];
  readonly userAgents = new Set<string>();
  /** Connections that the runtime opened. */
  connections = 0;
  #queue: QueuedEvent[] = [];
  #waiting: ServerResponse | undefined;
  #current: QueuedEvent | undefined;
  #initErrors: ((call: RuntimeCall) => void)[] = [];
  #count = 0;
  /** X-Ray causes travel in a header of up to 1 MiB. */
  readonly #server = createServer(
    { maxHeaderSize: 2 * 1024 * 1024 },
    (request, response) => void this.#answer(request, response),
  );

  static async start(): Promise<TestRuntimeApi> {
    const api = new TestRuntimeApi();
    api.#server.on('connection', () => {
      api.connections += 1;
    });
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Hands an event to the runtime and waits for its response or error. */
  invoke(payload: unknown, headers: Readonly<Record<string, string>> = {}): Promise<RuntimeCall> {
    this.#count += 1;
    const requestId = `00000000-0000-4000-8000-${String(this.#count).padStart(12, '0')}`;
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    return new Promise((settle) => {
      this.#queue.push({ requestId, payload: bytes, headers, settle });
      this.#deliver();
    });
  }

  /** The next `init/error`. */
  initError(): Promise<RuntimeCall> {
    const earlier = this.posts.find((call) => call.path.endsWith('/init/error'));
    return earlier ? Promise.resolve(earlier) : new Promise((resolve) => this.#initErrors.push(resolve));
  }

  dispose(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = (request.url ?? '').replace('/2018-06-01/runtime', '');
    this.userAgents.add(request.headers['user-agent'] ?? '');
    if (request.method === 'GET') {
      this.gets.push(url);
      if (url === '/restore/next') return void response.end();
      this.#waiting = response;
      this.#deliver();
      return;
    }
    const call = await readCall(url, request);
    this.posts.push(call);
    const answer = () => {
      if (!call.isTruncated) response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}\n');
    };
    answer();
    if (url === '/init/error') for (const resolve of this.#initErrors.splice(0)) resolve(call);
    const current = this.#current;
    if (current !== undefined && url.includes(current.requestId)) {
      this.#current = undefined;
      current.settle(call);
    }
  }

  #deliver(): void {
    const event = this.#queue[0];
    if (this.#waiting === undefined || event === undefined) return;
    this.#queue.shift();
    this.#current = event;
    this.#waiting.writeHead(200, {
      'content-type': 'application/json',
      'content-length': event.payload.length,
      'Lambda-Runtime-Aws-Request-Id': event.requestId,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + 30_000),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:fn',
      'Lambda-Runtime-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      ...Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name, asHeaderBytes(value)])),
    });
    this.#waiting.end(event.payload);
    this.#waiting = undefined;
  }
}

/** Node writes header characters as single bytes; this makes them the bytes of UTF-8. */
function asHeaderBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

async function readCall(url: string, request: IncomingMessage): Promise<RuntimeCall> {
  const pieces: Buffer[] = [];
  let isTruncated = false;
  try {
    for await (const piece of request) pieces.push(piece as Buffer);
  } catch {
    isTruncated = true;
  }
  const { headers, trailers } = request;
  return { path: url, headers, trailers, body: Buffer.concat(pieces), isTruncated };
}

export interface FunctionOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly runtime: string;
  readonly handler: string;
  /** File name to content; a folder in the name is made. */
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Opens descriptor 3 as a pipe and names it in _LAMBDA_TELEMETRY_LOG_FD. */
  readonly hasLogDescriptor?: boolean;
}

/** A function whose bootstrap runs against a TestRuntimeApi; stopped when the test ends. */
export interface RunningFunction {
  readonly api: TestRuntimeApi;
  readonly folder: string;
  invoke(payload: unknown, headers?: Readonly<Record<string, string>>): Promise<RuntimeCall>;
  /** stdout and stderr so far, and the bytes of the log descriptor. */
  readonly output: { stdout: string; stderr: string; frames: Buffer };
  /** Exit code or signal, after all output was read. */
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

/** The variables of Lambda's documented environment that a bootstrap reads. */
export function lambdaVariables(options: FunctionOptions, folder: string, api: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    AWS_LAMBDA_RUNTIME_API: api,
    AWS_EXECUTION_ENV: `AWS_Lambda_${options.runtime}`,
    _HANDLER: options.handler,
    LAMBDA_TASK_ROOT: folder,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'fn',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fn',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...(options.hasLogDescriptor && { _LAMBDA_TELEMETRY_LOG_FD: '3' }),
    ...options.env,
  };
}

export async function startFunction(options: FunctionOptions): Promise<RunningFunction> {
  const folder = await createTempFolder('bootstrap-test');
  for (const [name, content] of Object.entries(options.files)) {
    const file = path.join(folder.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const api = await TestRuntimeApi.start();
  const [program = '', ...args] = options.command;
  const child = spawn(program, args, {
    cwd: folder.path,
    env: lambdaVariables(options, folder.path, api.address),
    stdio: ['ignore', 'pipe', 'pipe', options.hasLogDescriptor ? 'pipe' : 'ignore'],
  });
  const output = { stdout: '', stderr: '', frames: Buffer.alloc(0) };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  child.stdio[3]?.on('data', (bytes: Buffer) => {
    output.frames = Buffer.concat([output.frames, bytes]);
  });
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  onTestFinished(() => stop(child, exit, api, folder));
  return {
    api,
    folder: folder.path,
    output,
    exit,
    invoke: async (payload, headers) => {
      const call = await Promise.race([api.invoke(payload, headers), exit.then((code) => failOfExit(code, output))]);
      // What was written before the answer is in the pipes already: after one poll of them it has been read.
      await turn();
      await turn();
      return call;
    },
  };
}

async function stop(
  child: ChildProcess,
  exit: Promise<unknown>,
  api: TestRuntimeApi,
  folder: { remove(): Promise<void> },
): Promise<void> {
  child.kill('SIGKILL');
  await exit;
  api.dispose();
  await folder.remove();
}

function failOfExit(code: unknown, output: { readonly stdout: string; readonly stderr: string }): never {
  throw new Error(`the runtime exited with ${code} instead of answering\n${output.stdout}\n${output.stderr}`);
}

/** The JSON body of a call. */
export function json(call: RuntimeCall): unknown {
  return JSON.parse(call.body.toString());
}
