import type { QueueCalls } from '../../aws/queue-facts.js';
import { refuseUnfit } from '../event-sources/source-rules.js';
import { judgeVisibility } from '../event-sources/visibility-rules.js';
import type { CurrentFunction } from './current-function.js';
import type { DesiredFunction } from './desired-function.js';
import type { DeployPlan } from './plan.js';

/** Lambda's own (Lambda API reference, CreateFunction). */
const DEFAULT_TIMEOUT_SECONDS = 3;

/**
 * Looks at the queues that the plan connects, or whose function gets another timeout; the texts are warnings. A plan that
 * does neither asks nobody.
 * @throws LambdakitError `invalid-input` for what Lambda would refuse in the middle of the deployment.
 */
export async function judgeSources(
  { steps, isNew }: DeployPlan,
  desired: DesiredFunction,
  current: CurrentFunction,
  queues: QueueCalls | undefined,
): Promise<readonly string[]> {
  const sources = desired.companions.eventSources ?? [];
  const made = new Set(
    steps.flatMap((step) =>
      step.step === 'companion' && step.call === 'createEventSourceMapping'
        ? [(step.request as { readonly EventSourceArn?: string }).EventSourceArn]
        : [],
    ),
  );
  const getsTimeout = steps.some(
    ({ step, changes }) => step === 'update-settings' && changes.some(({ setting }) => setting === 'Timeout'),
  );
  const concerned = sources.filter(({ EventSourceArn }) => isNew || getsTimeout || made.has(EventSourceArn));
  const { functionName, settings } = desired;
  const functionTimeoutSeconds = settings?.Timeout ?? current.configuration?.Timeout ?? DEFAULT_TIMEOUT_SECONDS;
  const warnings = await Promise.all(
    concerned.map(async (source) => {
      refuseUnfit(source);
      const eventSourceArn = source.EventSourceArn ?? '';
      return judgeVisibility({ queues, eventSourceArn, functionName, functionTimeoutSeconds });
    }),
  );
  return warnings.filter((warning) => warning !== undefined);
}
