import { describe, expect, it } from 'vitest';
import { createLogReader, reachesLevel } from '../../../../src/actions/logs/log-entry.js';
import { percentilesOf, statsOf } from '../../../../src/actions/logs/log-stats.js';
import { parseMoment } from '../../../../src/actions/logs/time-range.js';
import { renderLogEntries, renderLogStats } from '../../../../src/cli/render/logs.js';
import { PLAIN } from '../../../../src/cli/style.js';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

function report(id: string, more = ''): string {
  return `REPORT RequestId: ${id}\tDuration: 10.50 ms\tBilled Duration: 11 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t${more}\n`;
}

function read(...events: readonly (readonly [stream: string, message: string])[]) {
  const reader = createLogReader();
  return events.map(([logStreamName, message], index) =>
    reader.read({ eventId: String(index), timestamp: Date.UTC(2026, 0, 1) + index, logStreamName, message }),
  );
}

describe('log entries', () => {
  it('gives lines without a request to the one that runs in their stream', () => {
    const entries = read(
      ['1', `START RequestId: ${A} Version: 1\n`],
      ['2', `START RequestId: ${B} Version: 1\n`],
      ['1', 'of a\n'],
      ['2', 'of b\n'],
      ['1', report(A)],
      ['1', 'of nobody\n'],
    );
    expect(entries.map(({ requestId }) => requestId)).toEqual([A, B, A, B, A, undefined]);
  });

  it('marks the report of a request whose handler has thrown', () => {
    const entries = read(
      ['1', `START RequestId: ${A} Version: 1\n`],
      ['1', '[ERROR] ValueError: no\nTraceback (most recent call last):\n'],
      ['1', report(A)],
      ['1', `START RequestId: ${B} Version: 1\n`],
      ['1', report(B, 'Init Duration: 100.00 ms\t')],
    );
    expect(entries.filter(({ kind }) => kind === 'report').map(({ isFailure }) => isFailure)).toEqual([true, false]);
    const stats = statsOf(entries, { region: 'us-east-1', architecture: 'x86_64' });
    expect(stats).toMatchObject({ invocations: 2, errors: 1, coldStarts: 1, billedDuration: 22, maxMemoryUsed: 40 });
    expect(stats.cost).toBeCloseTo(2 * 0.000_000_2 + 0.022 * 0.125 * 0.000_016_666_7, 12);
    expect(renderLogStats(stats, PLAIN)).toContain('errors        1 (50.0 %)');
  });

  it('folds START and END into the line of the report', () => {
    const text = renderLogEntries(
      read(
        ['1', 'INIT_START Runtime Version: nodejs:24.v1\n'],
        ['1', `START RequestId: ${A} Version: 1\n`],
        ['1', `2026-01-01T00:00:00.000Z\t${A}\tWARN\tone\rtwo \u001b[2J\n`],
        ['1', `{"level":"INFO","message":"m","order":{"id":7}}\n`],
        ['1', `END RequestId: ${A}\n`],
        ['1', report(A)],
      ),
      { style: PLAIN, isRaw: false },
    );
    expect(text).toBe(
      [
        '00:00:00.002 WARN  one',
        '                   two \ufffd[2J',
        '00:00:00.003 INFO  m order={"id":7}',
        `00:00:00.005 ✔ 10.50 ms, billed 11 ms, 40/128 MB ${A}`,
        '',
      ].join('\n'),
    );
  });

  it('compares levels; a line without one is INFO', () => {
    const [plain, error] = read(['1', 'plain'], ['1', '{"level":"error","message":"m"}']);
    expect([plain, error].map((entry) => entry !== undefined && reachesLevel(entry, 'WARN'))).toEqual([false, true]);
    expect(plain !== undefined && reachesLevel(plain, 'INFO')).toBe(true);
  });
});

describe('percentiles', () => {
  it('are values that were measured', () => {
    expect(percentilesOf(Array.from({ length: 100 }, (_, index) => 100 - index))).toEqual({
      p50: 50,
      p90: 90,
      p99: 99,
      max: 100,
    });
    expect(percentilesOf([3])).toEqual({ p50: 3, p90: 3, p99: 3, max: 3 });
    expect(percentilesOf([])).toBeUndefined();
  });
});

describe('moments', () => {
  const now = Date.UTC(2026, 0, 10);
  it.each([
    ['90s', now - 90_000],
    ['10m', now - 600_000],
    ['1.5h', now - 5_400_000],
    ['2d', now - 172_800_000],
    ['2026-01-01', Date.UTC(2026, 0, 1)],
    ['2026-01-01T12:00:00Z', Date.UTC(2026, 0, 1, 12)],
    ['1767225600', 1_767_225_600_000],
    ['1767225600123', 1_767_225_600_123],
  ])('%s', (text, expected) => {
    expect(parseMoment(text, now)).toBe(expected);
  });
  it.each(['', 'yesterday', '10', '10x', '2026-13-01'])('refuses %j', (text) => {
    expect(() => parseMoment(text, now)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
