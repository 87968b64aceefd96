import type { LambdaCalls } from '../../aws/lambda-calls.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { ChangeDependencies } from './make-change.js';

export interface WaitForProvisionedDependencies extends Pick<ChangeDependencies, 'now' | 'sleep' | 'signal'> {
  readonly calls: Pick<LambdaCalls, 'getProvisionedConcurrencyConfig'>;
}

const PATIENCE_MS = 600_000;
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 2_000;

/**
 * Waits until the provisioned concurrency of an alias or version is there, for at most ten minutes.
 * @throws LambdakitError `service-refused` with the service's reason, `gave-up-waiting`
 */
export async function waitForProvisioned(
  functionName: string,
  qualifier: string,
  { calls, now, sleep, signal }: WaitForProvisionedDependencies,
): Promise<void> {
  const giveUpAt = now() + PATIENCE_MS;
  for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_LOOK_MS)) {
    const { Status, StatusReason } = await calls.getProvisionedConcurrencyConfig({
      FunctionName: functionName,
      Qualifier: qualifier,
    });
    if (Status === 'READY') return;
    if (Status === 'FAILED') {
      throw new LambdakitError(
        'service-refused',
        `Provisioned concurrency of ${functionName}:${qualifier} failed: ${StatusReason ?? 'no reason given'}`,
        { hint: 'Invoke the version once to see why it cannot start, correct it, and deploy again.' },
      );
    }
    if (now() > giveUpAt) {
      throw new LambdakitError('gave-up-waiting', `Provisioned concurrency of ${functionName} is still not ready.`, {
        hint: 'AWS goes on with it. Run the command again to continue.',
      });
    }
    await sleep(delayMs, signal);
  }
}
