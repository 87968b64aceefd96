import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where functions note what they did: they have no folder in common with the test. */
export interface EventSink {
  readonly url: string;
  /** Times that each note was left. */
  readonly notes: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** A function leaves a note with `await fetch(url + '/' + note)`. */
export async function openEventSink(): Promise<EventSink> {
  const notes = new Map<string, number>();
  const server = createServer((request, response) => {
    const note = (request.url ?? '/').slice(1);
    notes.set(note, (notes.get(note) ?? 0) + 1);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    notes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
