/** What the inputs of provocations may name: made once, before the first of them. */
export interface Resources {
  readonly codeSigningConfigArn: string;
  /** A disabled event source mapping of a stream. */
  readonly mappingId: string;
}

/**
 * The account in which an error shows itself: the usual one; one whose functions, versions and event source mappings take
 * seconds to be ready, in which what the input names was made a moment ago; and one whose code storage is full.
 */
export type Account = 'usual' | 'slow' | 'full';

/** One call that a documented error answers. */
export interface Provocation {
  readonly operation: string;
  readonly error: string;
  readonly input: Input;
  readonly account?: Account;
  /** The code on the wire where that is not the documented name. */
  readonly answer?: string;
  /** How often to call until the error comes. */
  readonly tries?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Input = Members | ((resources: Resources, attempt: number) => Members);
type Members = Readonly<Record<string, unknown>>;

/** Provocations of one error, by operation. */
export function provoke(
  error: string,
  inputs: Readonly<Record<string, Input>>,
  more: Omit<Provocation, 'operation' | 'error' | 'input'> = {},
): readonly Provocation[] {
  return Object.entries(inputs).map(([operation, input]) => ({ operation, error, input, ...more }));
}
