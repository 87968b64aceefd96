/** Things that were opened one upon another and are closed in the opposite order. */
export interface DisposalStack {
  add(dispose: () => Promise<void> | void): void;
  /** Closes everything that was added, also when one of them fails; throws the first failure. Idempotent. */
  dispose(): Promise<void>;
}

export function createDisposalStack(): DisposalStack {
  const entries: (() => Promise<void> | void)[] = [];
  let disposed: Promise<void> | undefined;
  const disposeAll = async () => {
    const failures: unknown[] = [];
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      try {
        await entry();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (dispose) => void entries.push(dispose),
    dispose: () => {
      disposed ??= disposeAll();
      return disposed;
    },
  };
}
