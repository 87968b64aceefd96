import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';
import { checkSignals } from './checks/signals.js';

const SIGNALS = [['SIGINT'], ['SIGINT', 'SIGINT'], ['SIGTERM'], ['SIGHUP']] as const;

describe.skipIf(!existsSync('/proc/self/environ'))('local start (needs /proc to look for processes)', () => {
  it.each(Array.from({ length: 50 }, (_, round) => ({ round, signals: SIGNALS[round % 4] ?? ['SIGINT'] })))(
    'round $round: ends with $signals and eight environments',
    ({ signals }) => checkSignals(signals, 8),
  );
});
