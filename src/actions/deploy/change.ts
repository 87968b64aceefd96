import { createHash } from 'node:crypto';

/** One value that a deployment changes. Values that may be secret are tokens, never the value itself. */
export interface Change {
  /** `Timeout`, `Environment.Variables.TABLE`, `Cors.AllowOrigins`. */
  readonly setting: string;
  /** Undefined where it was not set. */
  readonly from: unknown;
  /** Undefined where it goes away. */
  readonly to: unknown;
}

/** The members of `wanted` that differ from what is deployed; what `wanted` does not name is left alone. */
export function changesOf(wanted: object, deployed: object | undefined): readonly Change[] {
  const before = (deployed ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).flatMap(([setting, to]) =>
    to === undefined || isSame(to, before[setting], setting)
      ? []
      : [{ setting, from: concealed(setting, picked(to, before[setting])), to: concealed(setting, to) }],
  );
}

/** Everything of `wanted` as something new. */
export function additionsOf(wanted: object): readonly Change[] {
  return changesOf(wanted, undefined);
}

/** Lists whose order means nothing to the service. */
const UNORDERED: ReadonlySet<string> = new Set([
  'SubnetIds',
  'SecurityGroupIds',
  'AllowHeaders',
  'AllowMethods',
  'AllowOrigins',
  'ExposeHeaders',
  'Filters',
  'FunctionResponseTypes',
  'SourceAccessConfigurations',
  'Metrics',
]);

/** Names of HTTP headers; letters of either case are the same. */
const HEADERS: ReadonlySet<string> = new Set(['AllowHeaders', 'ExposeHeaders']);

/** Compares by meaning: only named members, lists without order where order means nothing. */
export function isSame(wanted: unknown, deployed: unknown, name = ''): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(deployed)) return wanted.length === 0 && deployed === undefined;
    if (wanted.length !== deployed.length) return false;
    if (!UNORDERED.has(name)) return wanted.every((item, index) => isSame(item, deployed[index]));
    const key = (item: unknown): string =>
      HEADERS.has(name) ? String(item).toLowerCase() : canonicalJson(parsedPattern(item));
    const others = deployed.map(key).toSorted();
    return wanted
      .map(key)
      .toSorted()
      .every((item, index) => item === others[index]);
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const members = Object.entries(wanted).filter(([, value]) => value !== undefined);
    const others = (deployed ?? {}) as Readonly<Record<string, unknown>>;
    return members.every(([key, value]) => isSame(value, others[key], key));
  }
  return wanted === deployed || (wanted === '' && deployed === undefined) || isDefault(name, wanted, deployed);
}

/** What the service takes for granted when nothing was said, by member. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  Mode: 'PassThrough',
  ApplyOn: 'None',
  InvokeMode: 'BUFFERED',
  LogFormat: 'Text',
  UpdateRuntimeOn: 'Auto',
  RecursiveLoop: 'Terminate',
  AllowCredentials: false,
  MaxAge: 0,
  Ipv6AllowedForDualStack: false,
  MaximumBatchingWindowInSeconds: 0,
  BisectBatchOnFunctionError: false,
  TumblingWindowInSeconds: 0,
  ParallelizationFactor: 1,
};

function isDefault(name: string, wanted: unknown, deployed: unknown): boolean {
  return deployed === undefined && name in DEFAULTS && DEFAULTS[name] === wanted;
}

/** Filter patterns are JSON in a text; white space in them means nothing. */
function parsedPattern(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('Pattern' in item)) return item;
  try {
    return { Pattern: JSON.parse(String(item.Pattern)) as unknown };
  } catch {
    // Not JSON: the service will say so; until then the text itself is compared.
    return item;
  }
}

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** Of the deployed value only the members that are compared, so that a change reads as one. */
function picked(wanted: unknown, deployed: unknown): unknown {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return deployed;
  if (typeof deployed !== 'object' || deployed === null) return deployed;
  return Object.fromEntries(
    Object.keys(wanted).map((key) => [key, (deployed as Readonly<Record<string, unknown>>)[key]]),
  );
}

const SECRET_NAMES = /secret|token|passw|credential|private|api_?key/i;
/** Access keys of AWS, private keys, and URLs with a password. */
const SECRET_VALUES = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s:@]+:[^/\s@]+@/;

/** The value, or a token when its name or the value itself looks like a secret. */
export function concealed(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => concealed(name, item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, concealed(key, member)]));
  if (typeof value !== 'string') return value;
  return SECRET_NAMES.test(name) || SECRET_VALUES.test(value) ? masked(value) : value;
}

/** A token that is the same for the same value and does not show it. */
export function masked(value: string | undefined): string | undefined {
  return value === undefined ? undefined : `(hidden ${createHash('sha256').update(value).digest('hex').slice(0, 6)})`;
}
