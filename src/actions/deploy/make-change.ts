import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { attemptsOf } from '../../aws/send-with-retries.js';
import { waitForFunction } from '../../aws/wait-for-function.js';
import { isLambdakitError, type LambdakitError } from '../../errors/lambdakit-error.js';
import type { ProgressSink } from '../progress.js';

export interface ChangeDependencies {
  readonly calls: Pick<LambdaCalls, 'getFunctionConfiguration'>;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
}

const CONFLICT_PATIENCE_MS = 300_000;
/** AWS's answer to how long a new role may take to be known everywhere was "up to 15 minutes"; five are usual at most. */
const ROLE_PATIENCE_MS = 360_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;

/**
 * Makes one change, and makes it again while another update is under way or a new role is not yet
 * known everywhere. Both end with the last refusal when patience does.
 */
export async function makeChange<T>(
  functionName: string,
  dependencies: ChangeDependencies,
  change: () => Promise<T>,
): Promise<T> {
  const { signal, progress, now, sleep, random } = dependencies;
  const startedAt = now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      const cause = isLambdakitError(error) ? obstacleOf(error) : undefined;
      const patience = cause === 'role' ? ROLE_PATIENCE_MS : CONFLICT_PATIENCE_MS;
      if (cause === undefined || now() - startedAt > patience) throw error;
      progress({ kind: 'detail', subject: functionName, text: `${OBSTACLES[cause]} (attempt ${attempt})` });
      const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
      await sleep(ceiling * (0.5 + random() / 2), signal);
      if (cause === 'update') await settle(functionName, dependencies);
    }
  }
}

/** Waits until a function is ready for the next change; a failed update of somebody else's is no obstacle. */
export async function settle(functionName: string, dependencies: ChangeDependencies): Promise<FunctionConfiguration> {
  return waitForFunction({ ...dependencies, functionName, toleratesFailedUpdate: true });
}

const OBSTACLES = {
  update: 'another update is in progress, waiting for it',
  resource: 'it is in use, trying again',
  role: 'the role is not yet known everywhere, trying again',
} as const;

/** What stands in the way for a while; undefined for a refusal that stays. */
function obstacleOf({ details, message }: LambdakitError): keyof typeof OBSTACLES | undefined {
  const code = details?.awsCode;
  if (code === 'ResourceConflictException' && /in progress|following state/i.test(message)) return 'update';
  if (code === 'ResourceInUseException') return 'resource';
  if (code !== 'InvalidParameterValueException') return undefined;
  if (/cannot be assumed by Lambda/i.test(message)) return 'role';
  return /role.* does not have permissions to call/i.test(message) ? 'role' : undefined;
}

/** True when the thing exists already because an earlier attempt, whose answer was lost, has made it. */
export function isOwnDuplicate(error: unknown): error is LambdakitError {
  if (!isLambdakitError(error) || attemptsOf(error.cause) < 2) return false;
  return error.details?.awsCode === 'ResourceConflictException' && /already exist|exists for this/i.test(error.message);
}

/** True for the refusal of a call whose revision is not the present one. */
export function isRevisionRefusal(error: unknown): error is LambdakitError {
  return isLambdakitError(error) && error.details?.awsCode === 'PreconditionFailedException';
}
