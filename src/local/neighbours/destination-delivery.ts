import { randomUUID } from 'node:crypto';
import { qualifiedFunctionArn } from '../core/async/async-event.js';
import type { DestinationDelivery, DestinationMessage } from '../core/async/async-ports.js';
import type { Clock } from '../core/ports.js';
import type { BusEvent } from './event-bus-log.js';
import type { SendToTarget } from './target-sender.js';

export interface DestinationDeliveryDeps {
  readonly clock: Clock;
  readonly send: SendToTarget;
  readonly putEvent: (event: BusEvent) => Promise<void>;
}

/** Brings invocation records and dead letters of the asynchronous queue to the local services. */
export function createDestinationDelivery({ clock, send, putEvent }: DestinationDeliveryDeps): DestinationDelivery {
  return {
    async deliverRecord(targetArn, message, signal) {
      if (targetArn.split(':')[2] === 'events') return putEvent(busEvent(targetArn, message, clock.now()));
      const { event, record } = message;
      const objectKey = recordKey(`aws/lambda/async/${event.functionName}`, clock.now());
      await send({ targetArn, body: record, traceHeader: event.traceHeader, objectKey }, signal);
    },
    async deliverDeadLetter(targetArn, event, attributes, signal) {
      await send(
        {
          targetArn,
          body: new TextDecoder().decode(event.payload),
          traceHeader: event.traceHeader,
          attributes: {
            RequestID: { type: 'String', value: attributes.RequestID },
            ErrorCode: { type: 'Number', value: attributes.ErrorCode },
            ErrorMessage: { type: 'String', value: attributes.ErrorMessage },
          },
        },
        signal,
      );
    },
  };
}

/** `<prefix>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`, as Lambda names the objects that it writes for failed events. */
export function recordKey(prefix: string, nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  const day = iso.slice(0, 10).replaceAll('-', '/');
  return `${prefix}/${day}/${iso.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`;
}

/** Source, detail type and resources as Lambda puts them (Lambda developer guide, "Invocation record"). */
function busEvent(eventBusArn: string, { event, condition, record }: DestinationMessage, timeMs: number): BusEvent {
  return {
    source: 'lambda',
    detailType: `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`,
    resources: [eventBusArn, qualifiedFunctionArn(event)],
    detail: record,
    eventBusArn,
    timeMs,
  };
}
