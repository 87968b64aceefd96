/**
 * V8 lets the part of the heap for new objects grow to tens of megabytes under load and never gives them
 * back, although a program that only passes messages on has next to nothing alive.
 */

/**
 * So much that part may be in a service: with half of it 64 callers wait a quarter longer and, because more survives, more
 * memory is resident after them; with twice as much an invocation is hardly quicker.
 */
const SERVICE_BYTES = 8 * 1024 * 1024;

/** V8's own. */
const DEFAULT_FACTOR = 2;

let factor: 1 | typeof DEFAULT_FACTOR = DEFAULT_FACTOR;

/** Keeps that part as small as it is now. */
export function keepHeapSmall(): void {
  setGrowthFactor(1);
}

/**
 * Lets that part grow to what a service needs and no further, so that it is small when it rests and quick under load: the
 * smaller it is, the more often is it swept, and the more of what is needed for a moment only survives and is kept for long.
 */
export function limitServiceHeap(): void {
  // Loaded only here: most commands have no use for them.
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8');
  const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks');
  let mayGrow = false;
  keepHeapSmall();
  // V8 has no setting for it that can still be made when it runs, so it is looked at after each collection.
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    const isBelow = young !== undefined && young.space_size < SERVICE_BYTES;
    if (isBelow === mayGrow) return;
    mayGrow = isBelow;
    setGrowthFactor(isBelow ? DEFAULT_FACTOR : 1);
  });
  observer.observe({ entryTypes: ['gc'] });
}

/**
 * Does something with V8's own settings: with others it takes no compiled code that was made with these, nor gives any
 * that a later process would take.
 */
export function withDefaultHeap<Result>(work: () => Result): Result {
  const wanted = factor;
  setGrowthFactor(DEFAULT_FACTOR);
  try {
    return work();
  } finally {
    setGrowthFactor(wanted);
  }
}

function setGrowthFactor(wanted: typeof factor): void {
  if (wanted === factor) return;
  factor = wanted;
  process.getBuiltinModule('node:v8').setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
