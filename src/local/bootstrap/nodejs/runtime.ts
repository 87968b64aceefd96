import type { Handler } from './handler-loader.js';

/** The receiver of every call of the handler: stack traces on Lambda say `at Runtime.handler (…)`. */
export class Runtime {
  constructor(readonly handler: Handler) {}
}
