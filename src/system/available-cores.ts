import os from 'node:os';

/** How many threads can run at once; a container's or cgroup's share where the system says so. */
export function availableCores(): number {
  return os.availableParallelism();
}
