import { readFileSync } from 'node:fs';
import { statFields } from './process-stat.js';

/** Of the kernel's user interface; the same on every Linux (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICK_MS = 10;

/**
 * Processor time that a process took so far, with that of its children that ended, in milliseconds; 0 when it
 * is gone. Linux.
 */
export function readProcessCpuMs(pid: number): number {
  try {
    const fields = statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    // utime, stime, cutime and cstime are the fields 14 to 17 (proc(5)).
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
  } catch {
    return 0;
  }
}
