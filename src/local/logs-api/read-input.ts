import { invalidParameter } from './logs-error.js';

/** The members of a request, read by name and kind. Source of every limit: CloudWatch Logs API reference. */
export class LogsInput {
  constructor(private readonly members: Readonly<Record<string, unknown>>) {}

  optionalText(name: string, rule: TextRule = {}): string | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw violation(name, value, 'Member must be a string');
    const { min = 0, max = 4_096, pattern } = rule;
    if (value.length < min) throw violation(name, value, `Member must have length greater than or equal to ${min}`);
    if (value.length > max) throw violation(name, value, `Member must have length less than or equal to ${max}`);
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
      throw violation(name, value, `Member must satisfy regular expression pattern: ${pattern}`);
    }
    return value;
  }

  text(name: string, rule: TextRule = {}): string {
    const value = this.optionalText(name, rule);
    if (value === undefined) throw violation(name, undefined, 'Member must not be null');
    return value;
  }

  optionalInteger(name: string, rule: { readonly min?: number; readonly max?: number } = {}): number | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw violation(name, value, 'Member must be an integer');
    const { min, max } = rule;
    if (min !== undefined && value < min) {
      throw violation(name, value, `Member must have value greater than or equal to ${min}`);
    }
    if (max !== undefined && value > max) {
      throw violation(name, value, `Member must have value less than or equal to ${max}`);
    }
    return value;
  }

  integer(name: string): number {
    const value = this.optionalInteger(name);
    if (value === undefined) throw violation(name, undefined, 'Member must not be null');
    return value;
  }

  isTrue(name: string): boolean {
    return this.members[name] === true;
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw violation(name, value, 'Member must be a list of strings');
    }
    return value as readonly string[];
  }

  list(name: string): readonly unknown[] {
    const value = this.members[name];
    if (!Array.isArray(value)) throw violation(name, value, 'Member must not be null');
    return value;
  }

  optionalTextMap(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.members[name];
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, string>>) : undefined;
  }
}

export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

const GROUP_NAME: TextRule = { min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' };
const STREAM_NAME: TextRule = { min: 1, max: 512, pattern: '[^:*]*' };

export function groupNameOf(input: LogsInput): string {
  return input.text('logGroupName', GROUP_NAME);
}

/** Of operations that take the name or, under another member, the name or ARN. */
export function groupNameOrIdentifierOf(input: LogsInput): string {
  const name = input.optionalText('logGroupName', GROUP_NAME);
  const identifier = input.optionalText('logGroupIdentifier', { min: 1, max: 2_048, pattern: '[\\w#+=/:,.@-]*' });
  if (name !== undefined && identifier !== undefined) {
    throw invalidParameter('LogGroup name and LogGroup identifier are mutually exclusive parameters.');
  }
  if (name !== undefined) return name;
  if (identifier === undefined) throw violation('logGroupName', undefined, 'Member must not be null');
  return groupNameOfIdentifier(identifier);
}

/** `arn:aws:logs:<region>:<account>:log-group:<name>`, with or without `:*`, or the name itself. */
export function groupNameOfIdentifier(identifier: string): string {
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(identifier)?.[1] ?? identifier;
}

export function streamNameOf(input: LogsInput): string {
  return input.text('logStreamName', STREAM_NAME);
}

export function streamPrefixOf(input: LogsInput): string | undefined {
  return input.optionalText('logStreamNamePrefix', STREAM_NAME);
}

export function groupPrefixOf(input: LogsInput): string | undefined {
  return input.optionalText('logGroupNamePrefix', GROUP_NAME);
}

function violation(name: string, value: unknown, rule: string) {
  const shown = value === undefined ? 'null' : String(value);
  return invalidParameter(
    `1 validation error detected: Value '${shown}' at '${name}' failed to satisfy constraint: ${rule}`,
  );
}
