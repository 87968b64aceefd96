import type { FunctionConfig } from '../../config/function-schema.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { readPayload } from '../read-payload.js';
import type { GateSettings } from './gates.js';
import { parseDurationMs, parsePercentage, presetStrategy, type ShiftStrategy } from './schedule.js';

/** How a shift is described on the command line; texts as a person writes them. */
export interface ShiftOptions {
  /** `10%`, or the name of a preset. */
  readonly canary?: string | undefined;
  readonly wait?: string | undefined;
  readonly linear?: string | undefined;
  readonly every?: string | undefined;
  readonly allAtOnce?: boolean | undefined;
  readonly check?: string | undefined;
  /** JSON text, or the name of a file. */
  readonly probe?: string | undefined;
  readonly probes?: number | undefined;
  readonly alarms?: readonly string[] | undefined;
  readonly maxErrorRate?: string | undefined;
  readonly ignoresCurrentAlarm?: boolean | undefined;
  readonly preHook?: string | undefined;
  readonly postHook?: string | undefined;
  readonly timeScale?: number | undefined;
}

type DeploymentConfig = FunctionConfig['deployment'];

const DEFAULT_PERCENTAGE = 10;
const DEFAULT_WAIT_MS = 300_000;
const DEFAULT_EVERY_MS = 60_000;

/**
 * The strategy that the command line asks for, or else the project file; undefined when neither does.
 * @throws LambdakitError `usage`
 */
export function strategyOf(options: ShiftOptions, config: DeploymentConfig): ShiftStrategy | undefined {
  const { canary, linear, allAtOnce } = options;
  const given = [canary, linear, allAtOnce === true ? 'all' : undefined].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new LambdakitError('usage', 'Only one of --canary, --linear and --all-at-once can be meant.', {
      hint: 'Leave the others out.',
    });
  }
  if (allAtOnce === true) return { type: 'all-at-once' };
  const name = canary ?? linear;
  const preset = name === undefined ? undefined : presetStrategy(name);
  if (preset !== undefined) return preset;
  if (canary !== undefined) {
    return { type: 'canary', percentage: parsePercentage(canary), waitMs: durationOr(options.wait, DEFAULT_WAIT_MS) };
  }
  if (linear !== undefined) {
    const everyMs = durationOr(options.every ?? options.wait, DEFAULT_EVERY_MS);
    return { type: 'linear', percentage: parsePercentage(linear), everyMs };
  }
  return configured(config);
}

function configured(config: DeploymentConfig): ShiftStrategy | undefined {
  if (config === undefined) return undefined;
  const { type, percentage = DEFAULT_PERCENTAGE, wait } = config;
  switch (type) {
    case 'all-at-once':
      return { type };
    case 'canary':
      return { type, percentage, waitMs: durationOr(wait, DEFAULT_WAIT_MS) };
    case 'linear':
      return { type, percentage, everyMs: durationOr(wait, DEFAULT_EVERY_MS) };
  }
}

function durationOr(text: string | undefined, otherwiseMs: number): number {
  return text === undefined ? otherwiseMs : parseDurationMs(text);
}

/** The gates that the command line and the project file ask for together; the command line is stronger. */
export async function gatesOf(
  options: ShiftOptions,
  config: DeploymentConfig,
  signal: AbortSignal,
): Promise<GateSettings> {
  const check = options.check ?? config?.check;
  const event = options.probe ?? config?.probe;
  const payload = event === undefined ? undefined : await readEvent(event, signal);
  const count = options.probes ?? config?.probes ?? 1;
  const rate = options.maxErrorRate;
  return {
    ...(check !== undefined && { check }),
    ...(payload !== undefined && { probe: { payload, count } }),
    alarms: options.alarms ?? config?.alarms ?? [],
    ignoresCurrentAlarm: options.ignoresCurrentAlarm ?? false,
    ...(rate !== undefined && { maxErrorRate: parsePercentage(rate) / 100 }),
  };
}

/** JSON is known by its first letter; everything else is the name of a file. */
function readEvent(event: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const isJson = /^\s*[[{"]|^\s*(null|true|false|-?\d+(\.\d+)?)\s*$/.test(event);
  return readPayload(isJson ? { from: 'text', text: event } : { from: 'file', file: event.replace(/^@/, '') }, signal);
}
