import { createHash } from 'node:crypto';
import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import type { DesiredSettings } from './desired-function.js';

/** One setting that a deployment changes. Values of environment variables are masked. */
export interface SettingChange {
  /** `Timeout`, `Environment.Variables.TABLE`. */
  readonly setting: string;
  /** Undefined where it was not set. */
  readonly from: unknown;
  /** Undefined where it goes away. */
  readonly to: unknown;
}

/** The settings that differ. Only members that the desired settings name are looked at. */
export function settingChanges(desired: DesiredSettings, current: FunctionConfiguration): readonly SettingChange[] {
  return Object.entries(desired).flatMap(([name, wanted]) => {
    if (wanted === undefined) return [];
    if (name === 'Environment') return variableChanges(wanted as DesiredSettings['Environment'], current.Environment);
    const deployed = DEPLOYED[name]?.(current) ?? (current as Readonly<Record<string, unknown>>)[name];
    return isSame(wanted, deployed) || isUnset(wanted, deployed)
      ? []
      : [{ setting: name, from: picked(wanted, deployed), to: wanted }];
  });
}

/** Members that the API answers in another shape than it takes. */
const DEPLOYED: Readonly<Record<string, (current: FunctionConfiguration) => unknown>> = {
  Layers: ({ Layers }) => Layers?.map(({ Arn }) => Arn) ?? [],
  ImageConfig: ({ ImageConfigResponse }) => ImageConfigResponse?.ImageConfig,
  VpcConfig: ({ VpcConfig }) => VpcConfig ?? {},
};

/** Lists whose order means nothing. */
const UNORDERED: ReadonlySet<string> = new Set(['SubnetIds', 'SecurityGroupIds']);

function isSame(wanted: unknown, deployed: unknown, name = ''): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(deployed) || wanted.length !== deployed.length)
      return wanted.length === 0 && deployed === undefined;
    const [a, b] = UNORDERED.has(name) ? [wanted.toSorted(), deployed.toSorted()] : [wanted, deployed];
    return a.every((item, index) => isSame(item, b[index]));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const members = Object.entries(wanted).filter(([, value]) => value !== undefined);
    return members.every(([key, value]) =>
      isSame(value, (deployed as Readonly<Record<string, unknown>> | undefined)?.[key], key),
    );
  }
  return wanted === deployed;
}

/** An empty text stands for "not set" (Description, KMSKeyArn, DeadLetterConfig.TargetArn). */
function isUnset(wanted: unknown, deployed: unknown): boolean {
  return (
    deployed === undefined &&
    (wanted === '' ||
      (typeof wanted === 'object' && wanted !== null && Object.values(wanted).every((value) => value === '')))
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

function variableChanges(
  wanted: DesiredSettings['Environment'],
  deployed: FunctionConfiguration['Environment'],
): readonly SettingChange[] {
  const after = wanted?.Variables ?? {};
  const before = deployed?.Variables ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ setting: `Environment.Variables.${name}`, from: masked(before[name]), to: masked(after[name]) }));
}

/** A token that changes with the value and does not show it. */
function masked(value: string | undefined): string | undefined {
  return value === undefined ? undefined : `(hidden ${createHash('sha256').update(value).digest('hex').slice(0, 6)})`;
}
