import { randomUUID } from 'node:crypto';
import { readFileSync } from './files.js';

/**
 * A random UUID (version 4, RFC 9562). Linux has them ready, and node:crypto takes 7 ms to load: for a program that needs a
 * few of them at its start. Where many are made node:crypto is faster.
 */
export function randomUuid(): string {
  if (process.platform !== 'linux') return randomUUID();
  try {
    return readFileSync('/proc/sys/kernel/random/uuid', 'latin1').trim();
  } catch {
    return randomUUID(); // a machine without /proc
  }
}
