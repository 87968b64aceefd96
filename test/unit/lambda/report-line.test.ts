import { describe, expect, it } from 'vitest';
import { formatReportLine, parseReportLine, type ReportLine } from '../../../src/lambda/report-line.js';

const base: ReportLine = {
  requestId: 'c3e0a2b4-0000-4000-8000-000000000001',
  durationMs: 1233.96,
  billedDurationMs: 1698,
  memorySizeMb: 256,
  maxMemoryUsedMb: 123,
};

const FORMS: readonly (readonly [string, ReportLine])[] = [
  ['a warm start', base],
  ['a cold start', { ...base, initDurationMs: 463.51 }],
  ['a restore', { ...base, restoreDurationMs: 412.3, billedRestoreDurationMs: 413 }],
  ['a timeout', { ...base, status: 'timeout' }],
  ['a crash', { ...base, initDurationMs: 1, status: 'error', errorType: 'Runtime.ExitError' }],
  [
    'a traced invocation',
    {
      ...base,
      trace: { traceId: '1-5bef4de7-ad49b0e87f6ef6c87fc2e700', segmentId: '9a9197af755a6419', isSampled: true },
    },
  ],
];

describe('the REPORT line', () => {
  it.each(FORMS)('reads back what it wrote: %s', (_name, report) => {
    expect(parseReportLine(formatReportLine(report))).toEqual(report);
  });

  it('formats the success form with a tab at the end', () => {
    expect(formatReportLine(base)).toMatchInlineSnapshot(`
      "REPORT RequestId: c3e0a2b4-0000-4000-8000-000000000001	Duration: 1233.96 ms	Billed Duration: 1698 ms	Memory Size: 256 MB	Max Memory Used: 123 MB	
      "
    `);
  });

  it('treats an explicit success as the success form', () => {
    expect(formatReportLine({ ...base, status: 'success' })).toBe(formatReportLine(base));
  });

  it('finds the last REPORT line of a log tail', () => {
    const tail = `cut li\nREPORT RequestId: 1\tDuration: 1 ms\n${formatReportLine(base)}`;
    expect(parseReportLine(tail)).toEqual(base);
  });

  it('ignores fields that it does not know', () => {
    expect(parseReportLine(formatReportLine(base).replace('\t\n', '\tNew Field: 7 GB\t\n'))).toEqual(base);
  });

  it.each([
    ['nothing', ''],
    ['other lines', 'START RequestId: 1 Version: $LATEST\n'],
    ['a cut line', formatReportLine(base).slice(0, 90)],
    ['a wrong unit', formatReportLine(base).replace('123 MB', '123 GB')],
    ['a function that prints the word', ' REPORT RequestId: 1\n'],
  ])('finds no REPORT line in %s', (_name, text) => {
    expect(parseReportLine(text)).toBeUndefined();
  });
});
