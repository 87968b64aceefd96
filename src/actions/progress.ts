/** What an action tells while it works. Sideways only: the result does not depend on who listens. */
export type ProgressEvent =
  /** Work has begun; the text says what is being done. */
  | { readonly kind: 'started'; readonly subject: string; readonly text: string }
  /** The work that was last begun for this subject is done. */
  | { readonly kind: 'done'; readonly subject: string; readonly text: string; readonly durationMs?: number }
  /** Nothing had to be done; the text says why. */
  | { readonly kind: 'skipped'; readonly subject: string; readonly text: string }
  | { readonly kind: 'warning'; readonly subject: string; readonly text: string }
  /** A detail for --verbose. */
  | { readonly kind: 'detail'; readonly subject: string; readonly text: string };

export type ProgressSink = (event: ProgressEvent) => void;
