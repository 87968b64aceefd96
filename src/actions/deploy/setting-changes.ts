import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import { type Change, changesOf, masked } from './change.js';
import type { DesiredSettings } from './desired-function.js';

/** The settings that differ. Only members that the desired settings name are looked at. */
export function settingChanges(desired: DesiredSettings, current: FunctionConfiguration): readonly Change[] {
  const { Environment, ...others } = desired;
  const deployed = {
    ...current,
    ...Object.fromEntries(Object.entries(DEPLOYED).map(([name, read]) => [name, read(current)])),
  };
  return [
    ...changesOf(others, deployed).filter(({ to, from }) => !isUnset(to, from)),
    ...(Environment === undefined ? [] : variableChanges(Environment, current.Environment)),
  ];
}

/** Members that the API answers in another shape than it takes. */
const DEPLOYED: Readonly<Record<string, (current: FunctionConfiguration) => unknown>> = {
  Layers: ({ Layers }) => Layers?.map(({ Arn }) => Arn),
  ImageConfig: ({ ImageConfigResponse }) => ImageConfigResponse?.ImageConfig,
};

/** An empty text stands for "not set" (DeadLetterConfig.TargetArn). */
function isUnset(wanted: unknown, deployed: unknown): boolean {
  return (
    deployed === undefined &&
    typeof wanted === 'object' &&
    wanted !== null &&
    !Array.isArray(wanted) &&
    Object.values(wanted).every((value) => value === '')
  );
}

function variableChanges(
  wanted: DesiredSettings['Environment'],
  deployed: FunctionConfiguration['Environment'],
): readonly Change[] {
  const after = wanted?.Variables ?? {};
  const before = deployed?.Variables ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ setting: `Environment.Variables.${name}`, from: masked(before[name]), to: masked(after[name]) }));
}
