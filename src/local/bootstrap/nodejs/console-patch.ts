import { fs } from './builtin-modules.js';
import { errorLogText, intoError } from './error-report.js';
import type { InvocationRecord } from './invocation-record.js';
import { jsonLine, type LogRecord, textLine } from './log-line.js';

/** Lambda's levels in rising order; the mask marks the level in a frame of the telemetry descriptor. */
const LEVELS = [
  { name: 'TRACE', mask: 4, methods: ['trace'] },
  { name: 'DEBUG', mask: 8, methods: ['debug'] },
  { name: 'INFO', mask: 12, methods: ['info', 'log'] },
  { name: 'WARN', mask: 16, methods: ['warn'] },
  { name: 'ERROR', mask: 20, methods: ['error'] },
  { name: 'FATAL', mask: 24, methods: ['fatal'] },
] as const;

const TEXT_FRAME = 0xa55a0003;
const JSON_FRAME = 0xa55a0002;
const FRAME_HEAD_BYTES = 16;

export interface ConsoleSettings {
  readonly isJsonLog: boolean;
  /** Calls below this level do nothing; an unknown word counts as TRACE. */
  readonly logLevel: string;
  readonly logDescriptor: number | undefined;
}

/** Writes an error of the runtime or the handler: a label and JSON in text logs, the error alone in JSON logs. */
export type LogError = (label: string, thrown: unknown) => void;

/** Replaces the methods of `console` by Lambda's. */
export function patchConsole(settings: ConsoleSettings, invocation: InvocationRecord): LogError {
  const write =
    settings.logDescriptor === undefined ? lineWriter(settings) : frameWriter(settings, settings.logDescriptor);
  const lowest = LEVELS.findIndex(({ name }) => name === settings.logLevel);
  const target = globalThis.console as unknown as Record<string, (...args: unknown[]) => void>;
  LEVELS.forEach(({ name, mask, methods }, index) => {
    // Two formal parameters like the original: a call without arguments prints `undefined`.
    const log = (message?: unknown, ...rest: unknown[]) =>
      write(mask, {
        time: new Date(),
        level: name,
        requestId: invocation.requestId(),
        tenantId: invocation.tenantId(),
        args: [message, ...rest],
      });
    for (const method of methods) target[method] = index < lowest ? () => undefined : log;
  });
  return (label, thrown) => {
    const error = intoError(thrown);
    if (settings.isJsonLog) target.error?.(error);
    else target.error?.(label, `\t${errorLogText(error)}`);
  };
}

type Write = (mask: number, record: LogRecord) => void;

/** One call is one line: line breaks inside become carriage returns. */
function lineWriter({ isJsonLog }: ConsoleSettings): Write {
  const toLine = isJsonLog ? jsonLine : textLine;
  return (_mask, record) => {
    process.stdout.write(`${toLine(record).replace(/\n/g, '\r')}\n`);
  };
}

/** Frames keep line breaks: type, length, microseconds since the epoch, message; big-endian. */
function frameWriter({ isJsonLog }: ConsoleSettings, descriptor: number): Write {
  return (mask, record) => {
    const message = Buffer.from(isJsonLog ? jsonLine(record) : `${textLine(record)}\n`);
    const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + message.length);
    frame.writeUInt32BE(((isJsonLog ? JSON_FRAME : TEXT_FRAME) | mask) >>> 0, 0);
    frame.writeUInt32BE(message.length, 4);
    frame.writeBigUInt64BE(BigInt(record.time.getTime()) * 1000n, 8);
    message.copy(frame, FRAME_HEAD_BYTES);
    for (let written = 0; written < frame.length; ) written += fs.writeSync(descriptor, frame, written);
  };
}
