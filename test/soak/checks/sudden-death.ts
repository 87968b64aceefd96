import { createHash } from 'node:crypto';
import { nodePackage } from '../../service/local-service-kit.js';
import { makeZip } from '../../service/zip-maker.js';
import { openEventSink } from './event-sink.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, type LoadClient } from './load.js';
import type { ServiceHome } from './service-process.js';

const LAYERS = '/2018-10-31/layers';
export const DEATHS = ['create', 'publish', 'invoke', 'async', 'layer'] as const;
export type Death = (typeof DEATHS)[number];

const SOURCE = (text: string) =>
  nodePackage(`export const handler = async (event) => {
    if (event.note) await fetch(process.env.SINK + '/' + event.note);
    return ${JSON.stringify(text)};
  };`);

/** Does one thing and keeps what was acknowledged; `check` asks a later life for it. */
interface Work {
  once(client: LoadClient, index: number): Promise<void>;
  check(client: LoadClient): Promise<void>;
}

/**
 * Kills the service while it does one kind of work, starts it again, and asks for everything that was
 * acknowledged in all lives before. Returns how many things that were. @throws Error for a thing that is missing
 */
export async function surviveDeaths(
  home: ServiceHome,
  { death, kills }: { death: Death; kills: number },
): Promise<number> {
  const sink = await openEventSink();
  const kept: string[] = [];
  const work = works(kept, sink)[death];
  let index = 0;
  for (let life = 0; life < kills; life += 1) {
    const service = await home.start({ timeScale: 600 });
    const client = createLoadClient(service.endpoint);
    if (life === 0) await prepare(client, sink.url);
    else await work.check(client);
    let isAlive = true;
    let acknowledge: () => void = () => undefined;
    const acknowledged = new Promise<void>((resolve) => {
      acknowledge = resolve;
    });
    const workers = Array.from({ length: 3 }, async () => {
      // The call that the kill cuts off may fail or not; it was not acknowledged.
      while (isAlive)
        await work.once(client, index++).then(acknowledge, (error: unknown) => {
          if (isAlive) throw error;
        });
    });
    const failed = Promise.all(workers);
    // The first life ends in the middle of its first work, the others some way after an acknowledgement: not at the
    // same moment of the work each time, and not by chance either.
    const untilDeath = async (): Promise<void> => {
      if (life > 0) await acknowledged;
      await new Promise((resolve) => setTimeout(resolve, 20 + life * 23));
    };
    await Promise.race([untilDeath(), failed]);
    isAlive = false;
    await service.kill();
    await failed;
    client.close();
  }
  const service = await home.start({ timeScale: 600 });
  const client = createLoadClient(service.endpoint);
  await work.check(client);
  client.close();
  await service.stop();
  await sink.close();
  return kept.length;
}

async function prepare(client: LoadClient, sinkUrl: string): Promise<void> {
  const Environment = { Variables: { SINK: sinkUrl } };
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('base', SOURCE('base'), { Environment }) });
}

function works(kept: string[], sink: { readonly notes: ReadonlyMap<string, number> }): Record<Death, Work> {
  const functions: Work = {
    async once(client, index) {
      const zip = SOURCE(`created ${index}`);
      await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody(`made-${index}`, zip) });
      kept.push(`${index}`);
    },
    async check(client) {
      for (const index of kept) {
        const { text } = await client.ask({ path: `${FUNCTIONS}/made-${index}` });
        const sha256 = createHash('sha256')
          .update(SOURCE(`created ${index}`))
          .digest('base64');
        const { Configuration } = JSON.parse(text) as { Configuration: { CodeSha256: string } };
        expectSame(`code of made-${index}`, Configuration.CodeSha256, sha256);
      }
      const last = kept.at(-1);
      if (last === undefined) return;
      expectSame('answer', (await client.ask(invoke(`made-${last}`, {}))).text, JSON.stringify(`created ${last}`));
    },
  };
  return {
    create: functions,
    publish: {
      async once(client, index) {
        const ZipFile = SOURCE(`published ${index}`).toString('base64');
        const { text } = await client.ask({
          method: 'PUT',
          path: `${FUNCTIONS}/base/code`,
          body: { ZipFile, Publish: true },
        });
        const { Version, CodeSha256 } = JSON.parse(text) as Record<string, string>;
        kept.push(`${Version} ${CodeSha256}`);
      },
      async check(client) {
        for (const line of kept) {
          const [version, sha256] = line.split(' ');
          const { text } = await client.ask({ path: `${FUNCTIONS}/base/configuration?Qualifier=${version}` });
          expectSame(`code of version ${version}`, (JSON.parse(text) as { CodeSha256: string }).CodeSha256, sha256);
        }
        await client.ask(invoke('base', {}, kept.at(-1)?.split(' ')[0]));
      },
    },
    invoke: {
      async once(client, index) {
        await client.ask(invoke('base', { index }));
        kept.push(`${index}`);
      },
      check: async (client) => expectSame('answer', (await client.ask(invoke('base', {}))).text, '"base"'),
    },
    async: {
      async once(client, index) {
        const headers = { 'x-amz-invocation-type': 'Event' };
        await client.ask({ ...invoke('base', { note: `event-${index}` }), headers });
        kept.push(`event-${index}`);
      },
      async check() {
        while (!kept.every((note) => sink.notes.has(note))) await new Promise((resolve) => setTimeout(resolve, 20));
      },
    },
    layer: {
      async once(client, index) {
        const zip = makeZip([{ name: 'nodejs/text', content: `layer ${index}` }]);
        const { text } = await client.ask({
          method: 'POST',
          path: `${LAYERS}/shared/versions`,
          body: { Content: { ZipFile: zip.toString('base64') } },
        });
        const { Version, Content } = JSON.parse(text) as { Version: number; Content: { CodeSha256: string } };
        kept.push(`${Version} ${Content.CodeSha256}`);
      },
      async check(client) {
        for (const line of kept) {
          const [version, sha256] = line.split(' ');
          const { text } = await client.ask({ path: `${LAYERS}/shared/versions/${version}` });
          const { Content } = JSON.parse(text) as { Content: { CodeSha256: string } };
          expectSame(`content of layer version ${version}`, Content.CodeSha256, sha256);
        }
      },
    },
  };
}

function expectSame(what: string, got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`${what}: ${String(got)} instead of ${String(wanted)}`);
}
