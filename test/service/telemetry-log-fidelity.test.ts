import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_LOG_EVENT_BYTES } from '../../src/local/core/logs/line-splitter.js';
import { LOG_TAIL_BYTES } from '../../src/local/core/logs/log-tail.js';
import { startExtensionService } from './extension-service.js';

/** All functions together write so much; LOG_FIDELITY_MB=100 is the full check. */
const TOTAL_MB = Number(process.env.LOG_FIDELITY_MB ?? 10);
const FUNCTIONS = 10;

let service: Awaited<ReturnType<typeof startExtensionService>> | undefined;

afterEach(async () => {
  await service?.dispose();
  service = undefined;
});

interface Fill {
  readonly text: string;
  readonly repeat?: number;
  readonly end?: string;
  readonly lines?: number;
  readonly stream: 'stdout' | 'stderr';
}

/** About 1 MB of everything that is hard, different for each function. */
function hardMegabyte(tag: string): readonly Fill[] {
  return [
    { text: `${tag} plain line\n`, lines: 2000, stream: 'stdout' },
    { text: `${tag} carriage\rreturn\r\n`, lines: 2000, stream: 'stderr' },
    { text: `${tag} nul \0 and bell \u0007\n`, lines: 500, stream: 'stdout' },
    { text: '\n', lines: 500, stream: 'stderr' },
    { text: `${tag} žluťoučký kůň 日本語 😀👩‍👩‍👧 \uFEFF\n`, lines: 2000, stream: 'stderr' },
    { text: `${tag}日`, repeat: 60_000, end: '\n', stream: 'stdout' },
    { text: '😀', repeat: 70_001, end: '\r\n', stream: 'stderr' },
    { text: `${tag} no newline é`, stream: 'stdout' },
    { text: `, continued on the other stream\n`, stream: 'stderr' },
  ];
}

const ONE_MEGABYTE_LINE: Fill = { text: 'x', repeat: 1_000_000, end: '\n', stream: 'stdout' };

function* pieces(fills: readonly Fill[]): Generator<string> {
  for (const { text, repeat = 1, end = '', lines = 1 } of fills) {
    const piece = text.repeat(repeat) + end;
    for (let count = 0; count < lines; count++) yield piece;
  }
}

function digest(texts: Iterable<string>): { readonly bytes: number; readonly sha256: string } {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const text of texts) {
    hash.update(text);
    bytes += Buffer.byteLength(text);
  }
  return { bytes, sha256: hash.digest('hex') };
}

describe('the log', () => {
  it(`keeps ${TOTAL_MB} MB of ${FUNCTIONS} functions at once byte for byte`, { timeout: 600_000 }, async () => {
    const texts = new Map<string, string[]>();
    let longest = 0;
    service = await startExtensionService({
      onEvent: ({ functionName }, { event }) => {
        if (event.type !== 'function') return;
        texts.get(functionName)?.push(event.text) ?? texts.set(functionName, [event.text]);
        longest = Math.max(longest, Buffer.byteLength(event.text));
      },
    });
    const { invoke } = service;
    const names = Array.from({ length: FUNCTIONS }, (_, index) => `fn${index}`);
    const fillsOf = (name: string) => [...hardMegabyte(name), ONE_MEGABYTE_LINE];
    const perRound = digest(pieces(fillsOf('fn0'))).bytes;
    const rounds = Math.max(1, Math.round((TOTAL_MB * 1_000_000) / (FUNCTIONS * perRound)));
    const runs = names.map(async (functionName) => {
      const snapshot = {
        functionName,
        functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}`,
      };
      for (let round = 0; round < rounds; round++) {
        const { report } = await invoke(
          { fill: fillsOf(functionName) },
          { snapshot: { ...snapshot, timeoutSeconds: 300 } },
        );
        expect(report.status).toBe('success');
      }
    });
    await Promise.all(runs);
    for (const name of names) {
      const expected = Array.from({ length: rounds }, () => [...pieces(fillsOf(name))]).flat();
      expect(digest(texts.get(name)!)).toEqual(digest(expected));
      // Every event is one line; only a line over the limit is cut.
      const inner = texts.get(name)!.filter((text) => text.slice(0, -1).includes('\n'));
      expect(inner).toEqual([]);
      const cut = texts
        .get(name)!
        .filter((text) => !text.endsWith('\n') && Buffer.byteLength(text) < MAX_LOG_EVENT_BYTES - 3);
      expect(cut).toEqual([]);
    }
    expect(longest).toBeLessThanOrEqual(MAX_LOG_EVENT_BYTES);
  });

  it('has a tail of at most 4,096 bytes that is valid UTF-8 and the end of the log, for 1,000 cuts', async () => {
    service = await startExtensionService({});
    const { invoke, events } = service;
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let full = 0;
    for (let cut = 0; cut < 1000; cut++) {
      events.length = 0;
      const log = `${'a'.repeat(cut % 4)}${['é', '日', '😀', 'e\u0301'][cut % 4]!.repeat(200 + 3 * cut)}${cut % 3 === 0 ? '' : '\n'}`;
      const { logTail, outcome } = await invoke({ log });
      const tail = strict.decode(logTail);
      expect(logTail.length).toBeLessThanOrEqual(LOG_TAIL_BYTES);
      const start = `START RequestId: ${outcome.requestId} Version: $LATEST\n`;
      const output = `${start}${log.endsWith('\n') ? log : `${log}\n`}END RequestId: ${outcome.requestId}\nREPORT RequestId: `;
      const [before = '', after = ''] = tail.split(/(?<=\nREPORT RequestId: )/);
      expect(output.endsWith(before)).toBe(true);
      expect(after).toMatch(/^[0-9a-f-]{36}\tDuration: .*MB\t(Init Duration: .*\t)?\n$/);
      if (output.length > before.length) full++;
      if (output.length > before.length) expect(logTail.length).toBeGreaterThan(LOG_TAIL_BYTES - 4);
    }
    expect(full).toBeGreaterThan(400);
  });
});
