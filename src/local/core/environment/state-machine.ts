/**
 * A state that moves only along the listed transitions. Everything else is refused before anything
 * has changed, because the protocols of Lambda have no way back.
 */
export class StateMachine<State extends string> {
  #state: State;

  constructor(
    initial: State,
    private readonly transitions: Readonly<Record<State, readonly State[]>>,
    private readonly refusal: (from: State, to: State) => Error,
  ) {
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  allows(to: State): boolean {
    return this.transitions[this.#state].includes(to);
  }

  /** @throws the machine's refusal when the transition is not listed; the state is unchanged then. */
  moveTo(to: State): void {
    if (!this.allows(to)) throw this.refusal(this.#state, to);
    this.#state = to;
  }
}
