import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';
import { checkSignals } from '../soak/checks/signals.js';

describe.skipIf(!existsSync('/proc/self/environ'))('local start (needs /proc to look for processes)', () => {
  it.each([
    { signals: ['SIGINT'] },
    { signals: ['SIGINT', 'SIGINT'] },
    { signals: ['SIGTERM'] },
    { signals: ['SIGHUP'] },
  ] as const)('ends with $signals and takes extensions, grandchildren and the port along', ({ signals }) =>
    checkSignals(signals, 2),
  );
});
