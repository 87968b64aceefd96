import type { QueueDoor, QueueMessage } from '../../../../src/local/event-sources/event-source-ports.js';
import type { FakeClock } from '../core/async/fake-clock.js';

export interface FakeQueue extends QueueDoor {
  send(...bodies: readonly string[]): void;
  /** Bodies of what was given back. */
  readonly released: string[];
}

/** A queue in memory. What was received stays out of sight until it is released; a look waits as long as it says. */
export function createFakeQueue(clock: FakeClock): FakeQueue {
  const waiting: QueueMessage[] = [];
  const inFlight = new Map<string, QueueMessage>();
  const released: string[] = [];
  let sent = 0;
  let wake = (): void => undefined;
  return {
    released,
    send(...bodies) {
      for (const body of bodies) waiting.push(messageOf(body, ++sent));
      wake();
    },
    visibilityTimeoutSeconds: async () => 30,
    async receive({ maxMessages, waitSeconds }) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          const cancel = clock.schedule(waitSeconds * 1000, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      const received = waiting.splice(0, maxMessages);
      for (const message of received) inFlight.set(message.receiptHandle, message);
      return received;
    },
    async delete(_arn, receiptHandles) {
      for (const handle of receiptHandles) inFlight.delete(handle);
    },
    async release(_arn, receiptHandles) {
      for (const handle of receiptHandles) released.push(inFlight.get(handle)?.body ?? '');
    },
  };
}

function messageOf(body: string, number: number): QueueMessage {
  const messageId = `m${number}`;
  return { messageId, receiptHandle: messageId, body, attributes: {}, messageAttributes: {}, md5OfBody: '' };
}
