import { readdirSync, readFileSync } from 'node:fs';

/** open(2); Node has no name for it. */
const O_CLOEXEC = 0o2000000;

/**
 * The descriptors that our children would inherit without wanting: those with which we were started
 * ourselves. Node closes its own at exec and, of the inherited ones, only the first few. Linux; elsewhere empty.
 */
export function inheritableDescriptors(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > 2 && !closesAtExec(descriptor));
}

function closesAtExec(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true; // the listing itself had it open
  }
}
