import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CpuShare } from '../../../../src/local/supervisor/cpu-share.js';
import type { ProcessTree } from '../../../../src/system/process-tree.js';

/** A process that uses a whole processor whenever it is not stopped. */
function busyProcess() {
  const state = { isStopped: false, usedMs: 0, at: 0, signals: [] as string[] };
  const settle = () => {
    if (!state.isStopped) state.usedMs += performance.now() - state.at;
    state.at = performance.now();
  };
  const tree: ProcessTree = {
    pid: 1,
    leaderPid: () => 1,
    isRunning: true,
    signal: (signal) => {
      settle();
      state.signals.push(signal);
      state.isStopped = signal === 'SIGSTOP';
    },
  };
  const readCpuMs = () => {
    settle();
    return state.usedMs;
  };
  return { state, tree, readCpuMs };
}

describe('CpuShare', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it.each([
    [128, 724],
    [512, 2_894],
    [1_024, 5_788],
    [1_769, 10_000],
    [10_240, 10_000],
  ])('of %i MB comes to about %i ms in ten seconds', (memorySizeMb, expectedMs) => {
    const { state, tree, readCpuMs } = busyProcess();
    state.at = performance.now();
    const share = new CpuShare({ memorySizeMb, trees: () => [tree], readCpuMs });
    share.limit(true);
    vi.advanceTimersByTime(10_000);
    expect(Math.abs(readCpuMs() - expectedMs)).toBeLessThanOrEqual(40);
    share.limit(false);
    expect(state.isStopped).toBe(false);
  });

  it('saves nothing up while a process waits, and lets it go on when the limit ends', () => {
    const { state, tree } = busyProcess();
    let usedMs = 0;
    const share = new CpuShare({ memorySizeMb: 128, trees: () => [tree], readCpuMs: () => usedMs });
    share.limit(true);
    vi.advanceTimersByTime(60_000);
    expect(state.signals).toEqual([]);
    usedMs += 50;
    vi.advanceTimersByTime(20);
    expect(state.signals).toEqual(['SIGSTOP']);
    share.limit(false);
    expect(state.signals).toEqual(['SIGSTOP', 'SIGCONT']);
    vi.advanceTimersByTime(1_000);
    expect(state.signals).toHaveLength(2);
  });
});
