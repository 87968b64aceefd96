import { nodePackage } from '../../service/local-service-kit.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, runLoad, until } from './load.js';
import type { Holdings, ServiceHome } from './service-process.js';

const SOURCE = (generation: number) =>
  nodePackage(`
    import { writeFileSync } from 'node:fs';
    export const handler = async (event) => {
      if (event.error) throw new Error('asked for');
      if (event.hang) return new Promise(() => setInterval(() => {}, 1000));
      writeFileSync('/tmp/note', 'kept while the environment lives');
      return { generation: ${generation}, index: event.index };
    };`);

/** Twice as long as Lambda gives extensions, for a busy machine. */
const SHUTDOWN_MS = 10_000;

export interface LeakSizes {
  readonly invokes: number;
  readonly redeploys: number;
  readonly errors: number;
  readonly timeouts: number;
}

export interface LeakReport {
  readonly atStart: Holdings;
  readonly warm: Holdings;
  readonly worked: Holdings;
  readonly atEnd: Holdings;
}

/** Works through everything that makes and ends environments, deletes the functions, and measures in between. */
export async function measureLeaks(home: ServiceHome, sizes: LeakSizes): Promise<LeakReport> {
  const service = await home.start();
  const client = createLoadClient(service.endpoint);
  const isError = async (name: string, event: object) => {
    const { headers, text } = await client.ask(invoke(name, event));
    if (headers['x-amz-function-error'] === undefined) throw new Error(`no error: ${text}`);
  };
  const expectGeneration = (generation: number) => async (index: number) => {
    const { text } = await client.ask(invoke('leak', { index }));
    if (text !== JSON.stringify({ generation, index })) throw new Error(`${index} in ${generation} answered ${text}`);
  };
  // Calls that have to be answered get time enough for a process to start on a busy machine.
  const createAll = async () => {
    await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('leak', SOURCE(0), { Timeout: 60 }) });
    await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('hang', SOURCE(0), { Timeout: 1 }) });
  };
  // One round of everything, so that what is loaded once is loaded when the count begins.
  await createAll();
  await runLoad(Math.min(2_000, sizes.invokes), 8, expectGeneration(0));
  await Promise.all([isError('leak', { error: true }), isError('hang', { hang: true })]);
  const deleteAll = async (mostOpenFiles: number) => {
    for (const name of ['leak', 'hang']) await client.ask({ method: 'DELETE', path: `${FUNCTIONS}/${name}` });
    // What is not back by then is what the report is for.
    const endMs = performance.now() + SHUTDOWN_MS;
    return until(
      service.measure,
      ({ children, temporaryEntries, openFiles }) =>
        (children + temporaryEntries === 0 && openFiles.length <= mostOpenFiles) || performance.now() > endMs,
    );
  };
  const atStart = await deleteAll(Number.POSITIVE_INFINITY);

  await createAll();
  await runLoad(Math.min(5_000, sizes.invokes), 8, expectGeneration(0));
  const warm = await service.measure();
  await runLoad(sizes.invokes, 8, expectGeneration(0));
  for (let generation = 1; generation <= sizes.redeploys; generation += 1) {
    const ZipFile = SOURCE(generation).toString('base64');
    await client.ask({ method: 'PUT', path: `${FUNCTIONS}/leak/code`, body: { ZipFile } });
    await runLoad(8, 4, expectGeneration(generation));
  }
  await runLoad(sizes.errors, 8, () => isError('leak', { error: true }));
  await runLoad(sizes.timeouts, 10, () => isError('hang', { hang: true }));
  await runLoad(Math.min(500, sizes.invokes), 8, expectGeneration(sizes.redeploys));
  const worked = await service.measure();
  const atEnd = await deleteAll(atStart.openFiles.length);
  client.close();
  await service.stop();
  return { atStart, warm, worked, atEnd };
}
