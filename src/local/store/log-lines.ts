/** One log event as it stands in the file of its stream. */
export interface StoredLogEvent {
  /** Position in the stream: 0 is the first event it ever had. */
  readonly sequence: number;
  /** Epoch milliseconds, as the writer says. */
  readonly timestamp: number;
  /** Epoch milliseconds at which the service got it. */
  readonly ingestionTime: number;
  readonly message: string;
}

/** What stands in front of the events of every file. */
export interface LogStreamHeader {
  readonly logStreamName: string;
  readonly creationTime: number;
}

const NEWLINE = 0x0a;
const BRACE = 0x7b;

/** A line of JSON, so that no byte of a message can be taken for the end of its event. */
export function encodeLogEvent({ sequence, timestamp, ingestionTime, message }: StoredLogEvent): string {
  return `${JSON.stringify([sequence, timestamp, ingestionTime, message])}\n`;
}

export function encodeHeader(header: LogStreamHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** The event of a line; undefined for the header and for what a kill has torn. */
export function decodeLogEvent(line: Uint8Array): StoredLogEvent | undefined {
  if (line.length === 0 || line[0] === BRACE) return undefined;
  try {
    const [sequence, timestamp, ingestionTime, message] = JSON.parse(Buffer.from(line).toString('utf8'));
    return typeof message === 'string' ? { sequence, timestamp, ingestionTime, message } : undefined;
  } catch {
    return undefined; // Only the last line of a process that was killed can be torn.
  }
}

/** The header in the first bytes of a file; undefined when there is none. */
export function decodeHeader(bytes: Uint8Array): LogStreamHeader | undefined {
  const end = bytes.indexOf(NEWLINE);
  if (end < 0) return undefined;
  try {
    const header = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString('utf8')) as LogStreamHeader;
    return typeof header.logStreamName === 'string' ? header : undefined;
  } catch {
    return undefined;
  }
}

/** Splits blocks of a file into lines without their `\n`; the rest after the last one is torn and left out. */
export async function* splitLines(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  for await (const block of blocks) {
    let start = 0;
    for (let end = block.indexOf(NEWLINE, start); end >= 0; end = block.indexOf(NEWLINE, start)) {
      const piece = block.subarray(start, end);
      yield rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      start = end + 1;
    }
    if (start < block.length) rest.push(Buffer.from(block.subarray(start)));
  }
}
