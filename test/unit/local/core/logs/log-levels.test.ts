import { describe, expect, it } from 'vitest';
import { applicationLogLevelOf, isLogged, systemLogLevelOf } from '../../../../../src/local/core/logs/log-levels.js';
import { isSystemEvent } from '../../../../../src/local/core/logs/platform-record.js';
import type { PlatformEvent } from '../../../../../src/local/core/platform-event.js';
import { REQUEST_ID, reportEvent } from './events.js';

const init = { initializationType: 'on-demand', phase: 'init' } as const;
const done = { requestId: REQUEST_ID, durationMs: 1, spans: [], traceHeader: '' };

const CASES: readonly (readonly [string, PlatformEvent, string])[] = [
  ['a versioned init', { type: 'platform.initStart', ...init, runtimeVersion: 'x', instanceMaxMemory: 1 }, 'INFO'],
  ['an init without version', { type: 'platform.initStart', ...init, instanceMaxMemory: 1 }, 'DEBUG'],
  ['init done', { type: 'platform.initRuntimeDone', ...init, status: 'success' }, 'DEBUG'],
  ['init failed', { type: 'platform.initRuntimeDone', ...init, status: 'error' }, 'WARN'],
  ['an init report', { type: 'platform.initReport', ...init, status: 'success', durationMs: 1 }, 'DEBUG'],
  ['a timed-out init', { type: 'platform.initReport', ...init, status: 'timeout', durationMs: 1 }, 'WARN'],
  [
    'an init ahead of time',
    { type: 'platform.initReport', ...init, initializationType: 'snap-start', status: 'success', durationMs: 1 },
    'INFO',
  ],
  ['a restore', { type: 'platform.restoreStart', runtimeVersion: 'x', instanceMaxMemory: 1 }, 'INFO'],
  ['a restore without version', { type: 'platform.restoreStart', instanceMaxMemory: 1 }, 'DEBUG'],
  ['restored', { type: 'platform.restoreRuntimeDone', status: 'success' }, 'DEBUG'],
  ['a failed restore', { type: 'platform.restoreRuntimeDone', status: 'timeout' }, 'WARN'],
  ['a restore report', { type: 'platform.restoreReport', status: 'success', durationMs: 1 }, 'INFO'],
  ['a failed restore report', { type: 'platform.restoreReport', status: 'error', durationMs: 1 }, 'WARN'],
  ['start', { type: 'platform.start', requestId: REQUEST_ID, traceHeader: '' }, 'INFO'],
  ['runtime done', { type: 'platform.runtimeDone', status: 'success', ...done }, 'DEBUG'],
  ['runtime timed out', { type: 'platform.runtimeDone', status: 'timeout', ...done }, 'WARN'],
  ['a report', reportEvent().event, 'INFO'],
  ['a report of an error', reportEvent({ status: 'error' }).event, 'WARN'],
  ['an extension', { type: 'platform.extension', name: 'x', state: 'Ready', events: [] }, 'INFO'],
  [
    'a crash',
    { type: 'platform.extension', name: 'x', state: 'Exited', events: [], errorType: 'Extension.Crash' },
    'WARN',
  ],
  [
    'a subscription',
    { type: 'platform.telemetrySubscription', name: 'x', state: 'Subscribed', types: [], api: 'logs' },
    'INFO',
  ],
  ['dropped logs', { type: 'platform.logsDropped', reason: '', droppedRecords: 1, droppedBytes: 1 }, 'WARN'],
];

describe('system log levels', () => {
  it.each(CASES)('%s', (_name, event, level) => {
    if (!isSystemEvent(event)) throw new Error('not a system event');
    expect(systemLogLevelOf(event)).toBe(level);
    const order = ['DEBUG', 'INFO', 'WARN'];
    for (const systemLogLevel of order) {
      expect(isLogged(event, { systemLogLevel, applicationLogLevel: 'FATAL' })).toBe(
        order.indexOf(level) >= order.indexOf(systemLogLevel),
      );
    }
    expect(isLogged(event, { systemLogLevel: undefined, applicationLogLevel: undefined })).toBe(level !== 'DEBUG');
  });
});

describe('application log levels', () => {
  it.each([
    ['{"level":"warn"}\n', 'WARN'],
    ['{"level":"TRACE","message":"x"}', 'TRACE'],
    ['{"level":30}', 'INFO'],
    ['{"level":"verbose"}', 'INFO'],
    ['{"message":"x"}', 'INFO'],
    ['{"level":"FATAL"', 'INFO'],
    ['{broken}', 'INFO'],
    ['["FATAL"]', 'INFO'],
    ['plain text\n', 'INFO'],
  ])('%j is %s', (text, level) => {
    expect(applicationLogLevelOf(text)).toBe(level);
  });

  it('lets the configured level and everything above it through', () => {
    const shown = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].filter((level) =>
      isLogged(
        { type: 'function', requestId: undefined, text: JSON.stringify({ level }) },
        { applicationLogLevel: 'WARN', systemLogLevel: undefined },
      ),
    );
    expect(shown).toEqual(['WARN', 'ERROR', 'FATAL']);
  });

  it('takes the level with which the runtime wrote a message before what its text says', () => {
    const event = { type: 'function', requestId: undefined, isMessage: true, level: 'WARN' } as const;
    const isShown = (text: string, applicationLogLevel: string) =>
      isLogged({ ...event, text }, { applicationLogLevel, systemLogLevel: undefined });
    expect(isShown('{"level":"WARNING"}', 'WARN')).toBe(true);
    expect(isShown('{"level":"FATAL"}', 'ERROR')).toBe(false);
  });
});
