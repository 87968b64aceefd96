import type { Dispatcher, Invocation } from './core/invocation.js';

/** A dispatcher that knows which answered invocations still have their end before them. */
export interface SettlingDispatcher {
  readonly dispatcher: Dispatcher;
  /** Waits until every answered invocation has its REPORT line, at most `patienceMs`. */
  settle(patienceMs: number): Promise<void>;
}

/**
 * The caller has its answer before the runtime and the extensions have said that they are done, and only
 * then is the REPORT line written. A service that ends with its caller would take that line away.
 */
export function createSettlingDispatcher(dispatcher: Dispatcher): SettlingDispatcher {
  const ending = new Set<Promise<unknown>>();
  const watch = <Kind extends Invocation>(invocation: Kind): Kind => {
    const end: Promise<unknown> = invocation.completion.catch(() => undefined).then(() => ending.delete(end));
    const begin = (): void => void ending.add(end);
    let isOver = false;
    void end.then(() => {
      isOver = true;
    });
    invocation.outcome.then(() => isOver || begin()).catch(() => undefined); // The caller is told.
    return invocation;
  };
  return {
    dispatcher: {
      invoke: (request, limits) => watch(dispatcher.invoke(request, limits)),
      invokeStreaming: (request, limits) => watch(dispatcher.invokeStreaming(request, limits)),
      provision: (snapshot, count) => dispatcher.provision(snapshot, count),
      retire: (functionArn, version, exceptRevisionId) => dispatcher.retire(functionArn, version, exceptRevisionId),
      dispose: () => dispatcher.dispose(),
    },
    settle: async (patienceMs) => {
      if (ending.size === 0) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([Promise.all(ending), patience]);
      clearTimeout(timer);
    },
  };
}
