/** What makes one sample differ from the next. */
export interface SampleFacts {
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** A fresh UUID with each call. */
  readonly newId: () => string;
}

/** One kind of event that AWS sends to functions. */
export interface SampleEvent {
  readonly name: string;
  readonly description: string;
  readonly make: (facts: SampleFacts) => object;
  /** Where the content that a sender puts in stands, such as `Records[0].body`. */
  readonly contentPath?: string;
  readonly contentEncoding?: 'base64';
  /** What follows from the values that were set, such as a checksum. */
  readonly finish?: (event: unknown) => unknown;
}

export function isoTime({ nowMs }: SampleFacts): string {
  return new Date(nowMs).toISOString();
}

/** ISO 8601 without milliseconds, as EventBridge and CodePipeline write it. */
export function isoSeconds({ nowMs }: SampleFacts): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}

/** `09/Apr/2026:12:34:56 +0000` */
export function commonLogTime({ nowMs }: SampleFacts): string {
  const [, weekday = '', day, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(new Date(nowMs).toUTCString()) ?? [];
  return weekday === '' ? '' : `${day}/${month}/${year}:${time} +0000`;
}

/** 32 hexadecimal digits. */
export function hexId(facts: SampleFacts): string {
  return facts.newId().replaceAll('-', '');
}

/** `Root=1-<time>-<24 hexadecimal digits>` */
export function traceRoot(facts: SampleFacts): string {
  return `Root=1-${Math.floor(facts.nowMs / 1_000).toString(16)}-${hexId(facts).slice(0, 24)}`;
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
