/** The operations of an aggregated SDK client: every method that takes one request and answers one response. */
type OperationOf<Aggregated, Base> = Exclude<keyof Aggregated, keyof Base | `waitUntil${string}` | `paginate${string}`>;

type ArgumentsOf<Method> = Method extends (...args: infer Arguments) => unknown ? Arguments : never;

type ResponseOf<Method> =
  ArgumentsOf<Method> extends [unknown, unknown, (error: never, data?: infer Data) => void]
    ? Exclude<Data, undefined>
    : never;

/**
 * The calls of a service by the SDK's names, each from one request to one response. `Aggregated` is the
 * SDK's client with methods (`Lambda`), `Base` the one without (`LambdaClient`).
 */
export type CallsOf<Aggregated, Base> = {
  readonly [Name in OperationOf<Aggregated, Base>]: (
    request: ArgumentsOf<Aggregated[Name]>[0],
  ) => Promise<ResponseOf<Aggregated[Name]>>;
};
