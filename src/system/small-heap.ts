/**
 * Keeps the part of the heap for new objects as small as it is now. V8 lets it grow to tens of megabytes
 * under load and never gives them back, although a service that only passes messages on has next to
 * nothing alive: after 6,000 invocations 158 MB were resident, and 108 MB with this.
 */
export function keepHeapSmall(): void {
  // Loaded only here: most commands have no use for it.
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}
