import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { mkdir, open } from '../../system/files.js';

/** What PutEvents takes (EventBridge API reference, PutEventsRequestEntry), already decoded. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  /** JSON text. */
  readonly detail: string;
  readonly eventBusArn: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
}

/**
 * Stands in for EventBridge: each event is one line of JSON, in the shape in which a rule's target
 * would see it (EventBridge user guide, "Event structure").
 */
export async function appendToEventBusLog(file: string, event: BusEvent): Promise<void> {
  const [, , , region = '', account = ''] = event.eventBusArn.split(':');
  const head = JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account,
    // Whole seconds, as EventBridge writes it.
    time: new Date(event.timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: event.resources,
  });
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  try {
    // One write per line, so that a reader never sees half of one.
    await handle.write(`${head.slice(0, -1)},"detail":${event.detail}}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
