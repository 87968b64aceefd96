import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a script would
export type Members = Record<string, any>;

export interface Boto3Answer {
  readonly result?: Members;
  readonly error?: string;
  readonly message?: string;
  /** Anything but an error of the service. */
  readonly crash?: string;
  readonly raw: { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string | null };
}

/** Why boto3 cannot be used here; undefined when it can. */
export function boto3Missing(): string | undefined {
  const found = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' });
  return found.status === 0 ? undefined : 'python3 with boto3 is not installed';
}

/** A Python process with a boto3 client; calls are answered in order. */
export class Boto3 {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(endpoint: string, region = 'eu-west-1') {
    const bridge = path.join(import.meta.dirname, 'bridge.py');
    this.#child = spawn('python3', [bridge, endpoint, region], { stdio: ['pipe', 'pipe', 'inherit'] as never });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
  }

  /** Calls an operation by its snake_case name, with further headers. Bytes are `{ $base64: '…' }`. */
  async call(
    call: string,
    params: Record<string, unknown> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Boto3Answer> {
    const answer = await this.#send({ call, params, headers });
    noteCase(call, answer);
    return answer;
  }

  async wait(waiter: string, params: Record<string, unknown>): Promise<Boto3Answer> {
    return this.#send({ wait: waiter, params });
  }

  dispose(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.stdin.end();
    });
  }

  #send(request: unknown): Promise<Boto3Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push((line) => {
        const answer = JSON.parse(line) as Boto3Answer;
        if (answer.crash === undefined) resolve(answer);
        else reject(new Error(answer.crash));
      });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }
}

/** Leaves a line for scripts/compatibility.mjs, which makes the table of docs/compatibility.md out of them. */
function noteCase(call: string, { raw, error = '', message }: Boto3Answer): void {
  const log = process.env.LAMBDAKIT_CONFORMANCE_LOG;
  // The message without what differs from run to run.
  const text = (message ?? '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID').slice(0, 200);
  if (log !== undefined) appendFileSync(log, `${JSON.stringify({ call, status: raw.status, error, text })}\n`);
}

/** Bytes as the bridge takes them. */
export function bytes(content: Uint8Array): { readonly $base64: string } {
  return { $base64: Buffer.from(content).toString('base64') };
}
