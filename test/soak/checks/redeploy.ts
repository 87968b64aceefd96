import { nodePackage } from '../../service/local-service-kit.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, type LoadClient, runLoad } from './load.js';
import type { ServiceHome } from './service-process.js';

const SOURCE = (generation: number) =>
  nodePackage(
    `export const handler = async () => ({ code: ${generation}, variable: Number(process.env.GENERATION) });`,
  );

/** Callers invoke while code and variables change; counts the answers that are older than the update before them. */
export async function countStaleAnswers(
  home: ServiceHome,
  { callers, updates }: { callers: number; updates: number },
): Promise<{ readonly answers: number; readonly stale: readonly string[] }> {
  const service = await home.start();
  const client = createLoadClient(service.endpoint);
  const Environment = (generation: number) => ({ Environment: { Variables: { GENERATION: `${generation}` } } });
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('live', SOURCE(0), Environment(0)) });
  const reported = { code: 0, variable: 0 };
  const stale: string[] = [];
  let answers = 0;
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const least = { ...reported };
      const { headers, text } = await client.ask(invoke('live', {}));
      if (headers['x-amz-function-error'] !== undefined) throw new Error(`an invocation failed: ${text}`);
      const got = JSON.parse(text) as typeof least;
      answers += 1;
      if (!(got.code >= least.code && got.variable >= least.variable))
        stale.push(`${text} after ${JSON.stringify(least)}`);
    }
  };
  let failure: unknown;
  const workers = Promise.all(Array.from({ length: callers }, work)).catch((error: unknown) => {
    failure = error;
    isOver = true;
  });
  for (let generation = 1; generation <= updates; generation += 1) {
    const ZipFile = SOURCE(generation).toString('base64');
    await client.ask({ method: 'PUT', path: `${FUNCTIONS}/live/code`, body: { ZipFile } });
    await settled(client);
    reported.code = generation;
    await client.ask({ method: 'PUT', path: `${FUNCTIONS}/live/configuration`, body: Environment(generation) });
    await settled(client);
    reported.variable = generation;
    if (failure !== undefined) break;
    const enough = answers + callers;
    while (answers < enough && failure === undefined) await new Promise((resolve) => setImmediate(resolve));
  }
  isOver = true;
  await workers;
  if (failure !== undefined) throw failure;
  client.close();
  await service.stop();
  return { answers, stale };
}

async function settled(client: LoadClient): Promise<void> {
  for (;;) {
    const { text } = await client.ask({ path: `${FUNCTIONS}/live/configuration` });
    if ((JSON.parse(text) as { LastUpdateStatus: string }).LastUpdateStatus === 'Successful') return;
  }
}

/** How many of `invokes` calls of an alias with 10 % on the second version went there. */
export async function countWeighted(
  home: ServiceHome,
  { invokes, seed }: { invokes: number; seed: number },
): Promise<{ readonly second: number; readonly afterShift: number }> {
  const service = await home.start({ seed });
  const client = createLoadClient(service.endpoint);
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('split', SOURCE(1), { Publish: true }) });
  const ZipFile = SOURCE(2).toString('base64');
  await client.ask({ method: 'PUT', path: `${FUNCTIONS}/split/code`, body: { ZipFile, Publish: true } });
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
  const alias = { Name: 'live', FunctionVersion: '1', RoutingConfig };
  await client.ask({ method: 'POST', path: `${FUNCTIONS}/split/aliases`, body: alias });
  let second = 0;
  await runLoad(invokes, 8, async () => {
    const { headers, text } = await client.ask(invoke('split', {}, 'live'));
    const { code } = JSON.parse(text) as { code: number };
    if (headers['x-amz-executed-version'] !== `${code}`)
      throw new Error(`version ${code} says ${headers['x-amz-executed-version']}`);
    if (code === 2) second += 1;
  });
  const shifted = { FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } };
  await client.ask({ method: 'PUT', path: `${FUNCTIONS}/split/aliases/live`, body: shifted });
  let afterShift = 0;
  await runLoad(100, 8, async () => {
    const { text } = await client.ask(invoke('split', {}, 'live'));
    if ((JSON.parse(text) as { code: number }).code === 2) afterShift += 1;
  });
  client.close();
  await service.stop();
  return { second, afterShift };
}
