import { require } from './builtin-modules.js';

type Collect = (...options: readonly unknown[]) => unknown;

/** The flag with which Lambda starts Node.js. */
const FLAG = '--expose-gc';

/**
 * Gives the function the `gc` and the flag in `process.execArgv` that `--expose-gc` gives. With the flag itself V8 takes
 * none of the compiled code that is part of Node.js, so that every module of Node's own is compiled anew: half as long
 * again for the usual ones (V8 compares the hash of all flags, `SerializedCodeData::SanityCheck`). So it is set only when
 * somebody calls `gc`, and taken back at once.
 */
export function offerGarbageCollector(): void {
  const target = globalThis as { gc?: Collect };
  if (target.gc !== undefined) return;
  let collect: Collect | undefined;
  const gc: Collect = (...options) => {
    collect ??= nativeCollector();
    return collect(...options);
  };
  // As the native one is described.
  Object.defineProperty(target, 'gc', { value: gc, writable: true, enumerable: true, configurable: false });
  process.execArgv.unshift(FLAG);
}

/** A context that is made while the flag is set has it. */
function nativeCollector(): Collect {
  const v8 = require('node:v8') as typeof import('node:v8');
  const vm = require('node:vm') as typeof import('node:vm');
  v8.setFlagsFromString(FLAG);
  try {
    return vm.runInNewContext('gc');
  } finally {
    v8.setFlagsFromString('--no-expose-gc');
  }
}
