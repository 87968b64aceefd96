import type { Clock } from '../ports.js';
import type { AsyncCondition, AsyncEvent } from './async-event.js';
import type { AsyncNotice, AsyncSettings, DestinationDelivery } from './async-ports.js';
import { deadLetterAttributes, invocationRecord } from './invocation-record.js';

/** How often a target is tried before the record is given up, with 1, 2, 4 … seconds between. */
const DELIVERY_TRIES = 5;

export interface DeliverOutcomeDeps {
  readonly clock: Clock;
  readonly delivery: DestinationDelivery;
  readonly notify: (notice: AsyncNotice) => void;
  readonly timeScale: number;
  readonly signal: AbortSignal;
}

/**
 * Tells the destination and, after a failure, the dead-letter target how an event ended; both are
 * used when both are configured. Resolves when each was reached or given up, which is then a notice.
 */
export async function deliverOutcome(
  event: AsyncEvent,
  condition: AsyncCondition,
  settings: AsyncSettings,
  deps: DeliverOutcomeDeps,
): Promise<void> {
  const { clock, delivery, signal } = deps;
  const isFailure = condition !== 'Success';
  const destination = isFailure ? settings.onFailure : settings.onSuccess;
  const sends: Promise<void>[] = [];
  if (destination !== undefined) {
    const message = { event, condition, record: invocationRecord(event, condition, clock.now()) };
    sends.push(tryDelivery(event, destination, () => delivery.deliverRecord(destination, message, signal), deps));
  }
  const deadLetterTarget = isFailure ? settings.deadLetterTarget : undefined;
  if (deadLetterTarget !== undefined) {
    const attributes = deadLetterAttributes(event, condition);
    const send = () => delivery.deliverDeadLetter(deadLetterTarget, event, attributes, signal);
    sends.push(tryDelivery(event, deadLetterTarget, send, deps));
  }
  await Promise.all(sends);
}

async function tryDelivery(
  event: AsyncEvent,
  targetArn: string,
  send: () => Promise<void>,
  { clock, notify, timeScale, signal }: DeliverOutcomeDeps,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await send();
      notify({ type: 'delivered', event, targetArn });
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      if (tries === DELIVERY_TRIES) {
        const reason = error instanceof Error ? error.message : String(error);
        notify({ type: 'delivery-failed', event, targetArn, reason });
        return;
      }
      await pause(clock, (1000 * 2 ** (tries - 1)) / timeScale, signal);
    }
  }
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
