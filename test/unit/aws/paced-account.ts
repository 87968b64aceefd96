import { createRequestPace, type RequestPace } from '../../../src/aws/request-pace.js';
import { sendWithRetries } from '../../../src/aws/send-with-retries.js';
import { seededRandom } from '../../service/fault-proxy.js';

export interface PacedAccountOptions {
  /** What the account allows in the long run; as many at once after a pause. */
  readonly requestsPerSecond: number;
  /** How long an answer takes. */
  readonly latencyMs: number;
  /** Programs that use the account at the same time and do not know of each other. */
  readonly clients: number;
  /** Functions that each client deploys. */
  readonly functions: number;
  /** How many of them at a time. */
  readonly callers: number;
  readonly seed: number;
}

export interface PacedAccountOutcome {
  readonly tookMs: number;
  /** The time that the allowed rate needs for these calls. */
  readonly idealMs: number;
  readonly calls: number;
  readonly throttled: number;
  readonly failures: number;
}

/**
 * The deployment of a new function, one call after the other: the first is answered that there is none, the second
 * takes its time.
 */
const CALLS = [
  { operation: 'GetFunction', isRefused: true, latencies: 1 },
  { operation: 'CreateFunction', isRefused: false, latencies: 5 },
  { operation: 'GetFunctionConfiguration', isRefused: false, latencies: 1 },
] as const;

/** Deployments through the real pace and the real retries, under a clock of their own. */
export async function deployToPacedAccount(options: PacedAccountOptions): Promise<PacedAccountOutcome> {
  const clock = createFakeClock();
  const account = createAccount(options.requestsPerSecond, clock.now);
  const random = seededRandom(options.seed);
  const { signal } = new AbortController();
  const counts = { calls: 0, failures: 0 };
  const call = async (
    { operation, isRefused, latencies }: (typeof CALLS)[number],
    pace: RequestPace,
  ): Promise<void> => {
    const send = async (): Promise<void> => {
      if (!account.admits()) throw refusal('TooManyRequestsException', 429);
      await clock.sleep(options.latencyMs * latencies * (0.5 + random()));
      counts.calls++;
      if (isRefused) throw refusal('ResourceNotFoundException', 404);
    };
    const { now, sleep } = clock;
    try {
      await sendWithRetries(send, { operation, signal, attemptTimeoutMs: undefined, pace, random, now, sleep });
    } catch (error) {
      if (!isRefused || (error as Error).name !== 'ResourceNotFoundException') throw error;
    }
  };
  const client = async (): Promise<void> => {
    const pace = createRequestPace({ now: clock.now, sleep: clock.sleep });
    let left = options.functions;
    const caller = async (): Promise<void> => {
      while (left-- > 0) {
        try {
          for (const one of CALLS) await call(one, pace);
        } catch {
          counts.failures++;
        }
      }
    };
    await Promise.all(Array.from({ length: options.callers }, caller));
  };
  const tookMs = await clock.run(Promise.all(Array.from({ length: options.clients }, client)));
  const idealMs = Math.max(0, (counts.calls / options.requestsPerSecond - 1) * 1_000);
  return { tookMs, idealMs, ...counts, throttled: account.throttled() };
}

function createAccount(requestsPerSecond: number, now: () => number) {
  let tokens = requestsPerSecond;
  let refilledAt = now();
  let throttled = 0;
  return {
    throttled: () => throttled,
    admits: (): boolean => {
      tokens = Math.min(requestsPerSecond, tokens + ((now() - refilledAt) / 1_000) * requestsPerSecond);
      refilledAt = now();
      if (tokens < 1) {
        throttled++;
        return false;
      }
      tokens -= 1;
      return true;
    },
  };
}

function refusal(name: string, httpStatusCode: number): Error {
  const error = new Error(name);
  error.name = name;
  return Object.assign(error, { $fault: 'client', $metadata: { httpStatusCode } });
}

/** Time passes only when everybody waits. */
function createFakeClock() {
  let time = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => time,
    sleep: (delayMs: number): Promise<void> =>
      new Promise((wake) => {
        waiting.push({ at: time + delayMs, wake });
      }),
    /** Runs until the work is done, and answers how long it took. */
    run: async (work: Promise<unknown>): Promise<number> => {
      let isDone = false;
      void work.then(() => {
        isDone = true;
      });
      for (;;) {
        // A turn of the event loop lets every chain of promises come to its next wait.
        await new Promise((resolve) => setImmediate(resolve));
        if (isDone) return time;
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting.shift();
        if (next === undefined) throw new Error('everybody waits for something that will not come');
        time = Math.max(time, next.at);
        next.wake();
      }
    },
  };
}
