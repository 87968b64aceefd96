import { createLogTail, type LogTail } from '../logs/log-tail.js';
import { type LogSettings, renderLogEvents } from '../logs/render-log-events.js';
import type { TimedPlatformEvent } from '../platform-event.js';

/** From here on events are rendered at once, so that a talkative function does not fill our memory. */
const MAX_HELD_EVENTS = 128;
const MAX_HELD_CHARACTERS = 16_384;

/**
 * The log of one invocation. Rendering is put off until somebody asks for the tail, because most
 * callers never do and every warm invocation would pay for it.
 */
export class InvocationLog {
  #held: TimedPlatformEvent[] = [];
  #heldCharacters = 0;
  #tail: LogTail | undefined;

  constructor(private readonly settings: LogSettings) {}

  add(timed: TimedPlatformEvent): void {
    this.#held.push(timed);
    if ('text' in timed.event) this.#heldCharacters += timed.event.text.length;
    if (this.#held.length > MAX_HELD_EVENTS || this.#heldCharacters > MAX_HELD_CHARACTERS) this.#render();
  }

  /** The last 4,096 bytes (Invoke API, `LogType=Tail`). */
  toBytes(): Uint8Array {
    return this.#render().toBytes();
  }

  #render(): LogTail {
    this.#tail ??= createLogTail();
    for (const timed of this.#held) {
      const { event } = timed;
      const isOutput = (event.type === 'function' || event.type === 'extension') && event.isMessage !== true;
      for (const text of renderLogEvents(timed, this.settings)) {
        if (isOutput && this.settings.logFormat === 'Text') this.#tail.appendOutput(text);
        else this.#tail.appendLine(text);
      }
    }
    this.#held = [];
    this.#heldCharacters = 0;
    return this.#tail;
  }
}
