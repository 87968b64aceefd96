import { describe, expect, it } from 'vitest';
import { levelOf, parseLogLine } from '../../../src/lambda/log-line.js';

const ID = '3d087291-beea-411d-b819-c581fc338231';

describe('log lines', () => {
  it.each([
    ['Node.js', `2026-01-01T00:00:00.000Z\t${ID}\tWARN\tcareful\rnow\n`, 'WARN', ID, 'careful\rnow'],
    ['Node.js before the first request', '2026-01-01T00:00:00.000Z\tundefined\tINFO\tx', 'INFO', undefined, 'x'],
    ['Python', `[WARNING]\t2026-01-01T00:00:00.123Z\t${ID}\tcareful\n`, 'WARN', ID, 'careful'],
    ['.NET', `2026-01-01T00:00:00.000Z\t${ID}\tfail\toh\n`, 'ERROR', ID, 'oh'],
    ['Ruby', `I, [2026-01-01T00:00:00.123456 #8]  INFO ${ID} -- : hello\n`, 'INFO', ID, 'hello'],
    ['plain text', 'plain\n', undefined, undefined, 'plain'],
    ['JSON', `{"timestamp":"t","level":"DEBUG","requestId":"${ID}","message":"m"}`, 'DEBUG', ID, 'm'],
    ['what looks like JSON', '{not json}', undefined, undefined, '{not json}'],
  ])('of %s', (_, text, level, requestId, message) => {
    expect(parseLogLine(text)).toMatchObject({ kind: 'output', level, requestId, message });
  });

  it('keeps further members of JSON as fields', () => {
    const line = parseLogLine(JSON.stringify({ level: 'info', message: { a: 1 }, orderId: 7, service: 's' }));
    expect(line).toMatchObject({ level: 'INFO', message: '{"a":1}', fields: { orderId: 7, service: 's' } });
  });

  it('knows the lines of the platform', () => {
    expect(parseLogLine(`START RequestId: ${ID} Version: $LATEST\n`)).toMatchObject({ kind: 'start', requestId: ID });
    expect(parseLogLine(`END RequestId: ${ID}\n`)).toMatchObject({ kind: 'end', requestId: ID });
    expect(parseLogLine('INIT_START Runtime Version: nodejs:24.v1\n')).toMatchObject({ kind: 'init' });
    const fields = `REPORT RequestId: ${ID}\tDuration: 3000.00 ms\tBilled Duration: 3068 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\tInit Duration: 67.49 ms`;
    expect(parseLogLine(`${fields}\tStatus: timeout\n`)).toMatchObject({
      kind: 'report',
      isFailure: true,
      report: { durationMs: 3000, billedDurationMs: 3068, initDurationMs: 67.49, status: 'timeout' },
    });
    const record = {
      requestId: ID,
      metrics: { durationMs: 1.5, billedDurationMs: 2, memorySizeMB: 256, maxMemoryUsedMB: 40 },
      status: 'success',
    };
    const json = JSON.stringify({ time: 't', type: 'platform.report', record });
    expect(parseLogLine(json)).toMatchObject({ kind: 'report', isFailure: false, report: { memorySizeMb: 256 } });
  });

  it('reads what ended an invocation', () => {
    const thrown = JSON.stringify({ errorType: 'RangeError', errorMessage: 'too far', stack: ['RangeError: too far'] });
    expect(parseLogLine(`2026-01-01T00:00:00.000Z\t${ID}\tERROR\tInvoke Error \t${thrown}`)).toMatchObject({
      isFailure: true,
      message: 'RangeError: too far',
      fields: { stack: ['RangeError: too far'] },
    });
    expect(parseLogLine('[ERROR] ValueError: no\nTraceback (most recent call last):\n  x')).toMatchObject({
      isFailure: true,
      level: 'ERROR',
    });
    expect(parseLogLine(`2026-01-01T00:00:00.000Z ${ID} Task timed out after 3.00 seconds\n\n`)).toMatchObject({
      isFailure: true,
      requestId: ID,
    });
    expect(
      parseLogLine(`RequestId: ${ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n`),
    ).toMatchObject({ isFailure: true, requestId: ID });
  });

  it('knows the words of other runtimes for levels', () => {
    expect(['warning', 'crit', 'Information', 'trce', 'loud'].map(levelOf)).toEqual([
      'WARN',
      'FATAL',
      'INFO',
      'TRACE',
      undefined,
    ]);
  });
});
