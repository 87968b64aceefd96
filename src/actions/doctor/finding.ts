/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped';
  readonly text: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}
