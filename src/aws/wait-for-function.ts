import { LambdakitError } from '../errors/lambdakit-error.js';
import { pause } from '../system/pause.js';
import type { FunctionConfiguration, LambdaCalls } from './lambda-calls.js';

export interface WaitForFunctionOptions {
  readonly calls: Pick<LambdaCalls, 'getFunctionConfiguration'>;
  readonly signal: AbortSignal;
  readonly functionName: string;
  readonly qualifier?: string;
  /** Default 300 s: a function in a VPC takes up to two minutes, a snapshot longer. */
  readonly timeoutMs?: number;
  /** Takes a failed update for an end like any other; without it the failure is thrown. */
  readonly toleratesFailedUpdate?: boolean;
  readonly now?: () => number;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2_000;

/**
 * Waits until a function (or version) is active and its last update is through, and returns that configuration.
 * @throws LambdakitError `service-refused` with the service's reason when creation or update failed,
 * `gave-up-waiting` when it is still pending after the time.
 */
export async function waitForFunction(options: WaitForFunctionOptions): Promise<FunctionConfiguration> {
  const {
    calls,
    signal,
    functionName,
    qualifier,
    timeoutMs = 300_000,
    now = () => performance.now(),
    sleep = pause,
  } = options;
  const giveUpAt = now() + timeoutMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    const configuration = await calls.getFunctionConfiguration({
      FunctionName: functionName,
      ...(qualifier !== undefined && { Qualifier: qualifier }),
    });
    refuseFailed(functionName, configuration, options.toleratesFailedUpdate === true);
    if (isSettled(configuration)) return configuration;
    if (now() + delayMs > giveUpAt) throw gaveUp(functionName, configuration, timeoutMs);
    await sleep(delayMs, signal);
  }
}

/** True when a change may be made: the function exists in full and no update is under way. */
export function isSettled({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State !== 'Pending' && LastUpdateStatus !== 'InProgress';
}

/** A failure is final: the service will not try again by itself. */
function refuseFailed(
  functionName: string,
  configuration: FunctionConfiguration,
  toleratesFailedUpdate: boolean,
): void {
  const { State, StateReason, StateReasonCode, LastUpdateStatus, LastUpdateStatusReason, LastUpdateStatusReasonCode } =
    configuration;
  if (State === 'Failed') {
    throw new LambdakitError(
      'service-refused',
      `${functionName} could not be created: ${StateReason ?? 'no reason given'} (${StateReasonCode ?? 'unknown'})`,
      {
        hint: 'Correct the cause, delete the function, and deploy it again.',
      },
    );
  }
  if (LastUpdateStatus === 'Failed' && !toleratesFailedUpdate) {
    throw new LambdakitError(
      'service-refused',
      `The update of ${functionName} failed: ${LastUpdateStatusReason ?? 'no reason given'} (${LastUpdateStatusReasonCode ?? 'unknown'})`,
      { hint: 'Correct the cause and deploy again; the function still runs as before the update.' },
    );
  }
}

function gaveUp(
  functionName: string,
  { State, LastUpdateStatus }: FunctionConfiguration,
  timeoutMs: number,
): LambdakitError {
  return new LambdakitError(
    'gave-up-waiting',
    `${functionName} is still not ready after ${Math.round(timeoutMs / 1_000)} s (state ${State ?? 'unknown'}, last update ${LastUpdateStatus ?? 'none'}).`,
    {
      hint: 'The change goes on inside AWS. Look at it with `lambdakit status`, and run the command again to continue.',
    },
  );
}
