/** The X-Ray part of a REPORT line. */
export interface ReportLineTrace {
  /** `1-xxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx`. */
  readonly traceId: string;
  readonly segmentId: string;
  readonly isSampled: boolean;
}

/** The fields of a REPORT line; the line shows milliseconds with two decimals and memory in whole MB. */
export interface ReportLine {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
  readonly billedRestoreDurationMs?: number;
  /** `timeout`, `error` or `failure`; absent when the line is in its success form. */
  readonly status?: string;
  readonly errorType?: string;
  readonly trace?: ReportLineTrace;
}

/**
 * Formats the REPORT log event as CloudWatch Logs shows it, newline included: fields are parted by tabs,
 * the success form ends with one more tab, and the X-Ray part is a second line of the same event.
 * Source: Lambda developer guide, "Viewing CloudWatch logs" (fields of the REPORT line) and lines that Lambda wrote.
 */
export function formatReportLine(report: ReportLine): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${report.billedDurationMs} ms`,
    `Memory Size: ${report.memorySizeMb} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMb} MB`,
  ];
  if (report.initDurationMs !== undefined) fields.push(`Init Duration: ${report.initDurationMs.toFixed(2)} ms`);
  if (report.restoreDurationMs !== undefined) {
    fields.push(`Restore Duration: ${report.restoreDurationMs.toFixed(2)} ms`);
  }
  if (report.billedRestoreDurationMs !== undefined) {
    fields.push(`Billed Restore Duration: ${report.billedRestoreDurationMs} ms`);
  }
  fields.push(...failureFields(report));
  return `${fields.join('\t')}\n${formatTrace(report.trace)}`;
}

/** The empty last field gives the success form its trailing tab. */
function failureFields({ status, errorType }: ReportLine): readonly string[] {
  if (status === undefined || status === 'success') return [''];
  return errorType === undefined ? [`Status: ${status}`] : [`Status: ${status}`, `Error Type: ${errorType}`];
}

function formatTrace(trace: ReportLineTrace | undefined): string {
  if (trace === undefined) return '';
  return `XRAY TraceId: ${trace.traceId}\tSegmentId: ${trace.segmentId}\tSampled: ${trace.isSampled}\t\n`;
}

/**
 * Reads the REPORT line out of a log text: the text may be one event or a whole log tail, the last
 * REPORT line counts. Unknown fields are ignored; undefined when there is none or it is cut.
 */
export function parseReportLine(text: string): ReportLine | undefined {
  const lines = text.split(/\r?\n/);
  const index = lines.findLastIndex((line) => line.startsWith('REPORT RequestId: '));
  if (index < 0) return undefined;
  const fields = readFields(lines[index] ?? '');
  const required = {
    durationMs: readNumber(fields, 'Duration', 'ms'),
    billedDurationMs: readNumber(fields, 'Billed Duration', 'ms'),
    memorySizeMb: readNumber(fields, 'Memory Size', 'MB'),
    maxMemoryUsedMb: readNumber(fields, 'Max Memory Used', 'MB'),
  };
  if (!hasNoGap(required)) return undefined;
  const optional = {
    initDurationMs: readNumber(fields, 'Init Duration', 'ms'),
    restoreDurationMs: readNumber(fields, 'Restore Duration', 'ms'),
    billedRestoreDurationMs: readNumber(fields, 'Billed Restore Duration', 'ms'),
    status: fields.get('Status'),
    errorType: fields.get('Error Type'),
    trace: parseTrace(lines[index + 1] ?? ''),
  };
  return { requestId: fields.get('REPORT RequestId') ?? '', ...required, ...withoutGaps(optional) };
}

function readFields(line: string): ReadonlyMap<string, string> {
  const parts = line.split('\t').map((field) => /^([^:]+): (.*)$/.exec(field));
  return new Map(parts.flatMap((part) => (part === null ? [] : [[part[1] ?? '', (part[2] ?? '').trim()] as const])));
}

function readNumber(fields: ReadonlyMap<string, string>, name: string, unit: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) (\S+)$/.exec(fields.get(name) ?? '');
  return match !== null && match[2] === unit ? Number(match[1]) : undefined;
}

function parseTrace(line: string): ReportLineTrace | undefined {
  const fields = readFields(line);
  const traceId = fields.get('XRAY TraceId');
  const segmentId = fields.get('SegmentId');
  if (traceId === undefined || segmentId === undefined) return undefined;
  return { traceId, segmentId, isSampled: fields.get('Sampled') === 'true' };
}

type Required<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

function hasNoGap<T extends object>(record: T): record is T & Required<T> {
  return Object.values(record).every((value) => value !== undefined);
}

type WithoutGaps<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function withoutGaps<T extends object>(record: T): WithoutGaps<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as WithoutGaps<T>;
}
