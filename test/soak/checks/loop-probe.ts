import { nodePackage } from '../../service/local-service-kit.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, type LoadReport, spread } from './load.js';
import type { ServiceHome } from './service-process.js';

const PROBE_EVERY_MS = 50;
const SIX_MB = 6 * 1024 * 1024;

/** `echo` gives back what it got; `nest` invokes `echo`; `self` invokes itself until its depth is 0. */
const SOURCE = nodePackage(`
  const call = async (name, event) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}';
    const url = process.env.AWS_ENDPOINT_URL_LAMBDA + '/2015-03-31/functions/' + name + '/invocations';
    const response = await fetch(url, { method: 'POST', headers: { authorization }, body: JSON.stringify(event) });
    if (response.status !== 200) throw new Error(await response.text());
    return response.json();
  };
  export const handler = async (event, context) => {
    if (event.kind === 'nest') return call('echo', { kind: 'echo', id: event.id });
    if (event.kind === 'self' && event.depth > 0) return call(context.functionName, { ...event, depth: event.depth - 1 });
    return event;
  };`);

export interface ProbeReport extends Omit<LoadReport, 'requestsPerSecond'> {
  readonly probes: number;
  readonly answers: number;
}

/** Asks for the account settings every 50 ms while `width` invocations at a time run, three rounds of them. */
export async function probeDuringBurst(home: ServiceHome, { width }: { width: number }): Promise<ProbeReport> {
  const service = await home.start();
  const client = createLoadClient(service.endpoint, 512);
  const prober = createLoadClient(service.endpoint);
  for (const name of ['echo', 'nest', 'self']) {
    await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody(name, SOURCE, { Timeout: 60 }) });
  }
  const delays: number[] = [];
  const open: Promise<void>[] = [];
  const probe = async () => {
    const beganMs = performance.now();
    await prober.ask({ path: '/2016-08-19/account-settings' });
    delays.push(performance.now() - beganMs);
  };
  const timer = setInterval(() => open.push(probe()), PROBE_EVERY_MS);
  const large = 'x'.repeat(SIX_MB - 100);
  let answers = 0;
  const one = async (index: number) => {
    const id = `${index}`;
    const kind = (['echo', 'nest', 'self'] as const)[index % 3]!;
    // A few are as large as an event may be; more of them would measure the copying of the load generator.
    const event = index % 25 === 0 ? { kind: 'echo', id, large } : { kind, id, depth: 2 };
    const { text } = await client.ask(invoke(event.kind, event));
    if ((JSON.parse(text) as { id: string }).id !== id)
      throw new Error(`event ${id} was answered with ${text.slice(0, 200)}`);
    answers += 1;
  };
  for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: width }, (_, index) => one(index)));
  clearInterval(timer);
  await Promise.all(open);
  client.close();
  prober.close();
  await service.stop();
  return { probes: open.length, answers, ...spread(delays) };
}
