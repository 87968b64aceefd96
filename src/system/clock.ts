/** The machine's time; has the shape of the port `Clock` of local/core. */
export const systemClock = {
  /** Epoch milliseconds with fraction. */
  now: (): number => performance.timeOrigin + performance.now(),
  /** Milliseconds with fraction that never go back. */
  monotonic: (): number => performance.now(),
  /** Calls back once after `delayMs`; the returned function cancels. The timer keeps the process alive. */
  schedule: (delayMs: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
