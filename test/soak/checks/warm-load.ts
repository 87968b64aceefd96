import { ECHO } from '../../service/local-service-kit.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, type LoadReport, runLoad } from './load.js';
import type { ServiceHome } from './service-process.js';

/** Invokes an echo function with `callers` at a time; every answer must be that of its own event. */
export async function measureWarmLoad(
  home: ServiceHome,
  { requests, callers }: { requests: number; callers: number },
): Promise<LoadReport> {
  const service = await home.start();
  const client = createLoadClient(service.endpoint);
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('echo', ECHO) });
  const call = async (index: number) => {
    const { text } = await client.ask(invoke('echo', { index }));
    const answer = JSON.parse(text) as { event: { index: number } };
    if (answer.event.index !== index) throw new Error(`event ${index} was answered with ${text}`);
  };
  // V8 gives the heap its working size during the first ten thousand invocations or so; what comes then would be a leak.
  await runLoad(callers * 300, callers, call);
  const report = await runLoad(requests, callers, call);
  client.close();
  await service.stop();
  return report;
}

/** Memory of the service before and after `callers` kept it busy for `seconds`. */
export async function measureLongLoad(
  home: ServiceHome,
  { callers, seconds }: { callers: number; seconds: number },
): Promise<{ readonly beforeMb: number; readonly afterMb: number; readonly requests: number }> {
  const service = await home.start();
  const client = createLoadClient(service.endpoint);
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('echo', ECHO) });
  const call = async (index: number) => void (await client.ask(invoke('echo', { index })));
  // V8 gives the heap its working size during the first ten thousand invocations or so; what comes then would be a leak.
  await runLoad(callers * 300, callers, call);
  const before = await service.measure();
  const endMs = performance.now() + seconds * 1000;
  let requests = 0;
  const work = async () => {
    while (performance.now() < endMs) await call(requests++);
  };
  await Promise.all(Array.from({ length: callers }, work));
  const after = await service.measure();
  client.close();
  await service.stop();
  return { beforeMb: before.rssMb, afterMb: after.rssMb, requests };
}
