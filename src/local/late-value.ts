/** A value that is waited for before it is there. */
export interface LateValue<Value> {
  readonly promise: Promise<Value>;
  set(value: Value): void;
}

export function createLateValue<Value>(): LateValue<Value> {
  let set: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    set = resolve;
  });
  return { promise, set: (value) => set(value) };
}
