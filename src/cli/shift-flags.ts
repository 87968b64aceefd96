import { Flags } from '@oclif/core';
import type { ShiftOptions } from '../actions/traffic/shift-options.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

const helpGroup = 'TRAFFIC';

/** How traffic moves from one version to another; the same for a deployment and for `alias shift`. */
export const shiftFlags = {
  canary: Flags.string({
    description: 'A first share of the traffic, then all; or a preset such as Canary10Percent5Minutes.',
    helpValue: 'PERCENT',
    helpGroup,
  }),
  wait: Flags.string({ description: 'How long a canary is watched. Default 5m.', helpValue: 'DURATION', helpGroup }),
  linear: Flags.string({
    description: 'Equal shares one after the other; or a preset such as Linear10PercentEvery1Minute.',
    helpValue: 'PERCENT',
    helpGroup,
  }),
  every: Flags.string({
    description: 'How long each share of --linear is watched. Default 1m.',
    helpValue: 'DURATION',
    helpGroup,
  }),
  'all-at-once': Flags.boolean({ description: 'All traffic in one step.', helpGroup }),
  check: Flags.string({
    description: 'Command line that must end with 0 after each step.',
    helpValue: 'COMMAND',
    helpGroup,
  }),
  probe: Flags.string({
    description: 'Event (JSON or a file) that the new version must answer without an error at each step.',
    helpValue: 'EVENT',
    helpGroup,
  }),
  probes: Flags.integer({ description: 'How often the event is sent at each step.', min: 1, max: 1000, helpGroup }),
  alarm: Flags.string({
    description: 'CloudWatch alarm that must not be in ALARM; may be repeated.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
    helpGroup,
  }),
  'ignore-current-alarm': Flags.boolean({
    description: 'Begin although an alarm is in ALARM: the new version may be its cure.',
    helpGroup,
  }),
  'max-error-rate': Flags.string({
    description: 'Greatest share of failed invocations of the new version, by its metrics.',
    helpValue: 'PERCENT',
    helpGroup,
  }),
  'pre-hook': Flags.string({ description: 'Command line before the first step.', helpValue: 'COMMAND', helpGroup }),
  'post-hook': Flags.string({ description: 'Command line after the last step.', helpValue: 'COMMAND', helpGroup }),
  'time-scale': Flags.string({ description: 'Run the waits N times as fast.', helpValue: 'N', helpGroup }),
};

/** The parsed flags. */
export interface ShiftFlagValues {
  readonly canary?: string | undefined;
  readonly wait?: string | undefined;
  readonly linear?: string | undefined;
  readonly every?: string | undefined;
  readonly 'all-at-once'?: boolean | undefined;
  readonly check?: string | undefined;
  readonly probe?: string | undefined;
  readonly probes?: number | undefined;
  readonly alarm?: readonly string[] | undefined;
  readonly 'ignore-current-alarm'?: boolean | undefined;
  readonly 'max-error-rate'?: string | undefined;
  readonly 'pre-hook'?: string | undefined;
  readonly 'post-hook'?: string | undefined;
  readonly 'time-scale'?: string | undefined;
}

/** The flags in the words of the action. */
export function shiftOptions(flags: ShiftFlagValues): ShiftOptions {
  const { canary, wait, linear, every, check, probe, probes, alarm } = flags;
  return {
    canary,
    wait,
    linear,
    every,
    allAtOnce: flags['all-at-once'],
    check,
    probe,
    probes,
    alarms: alarm,
    maxErrorRate: flags['max-error-rate'],
    ignoresCurrentAlarm: flags['ignore-current-alarm'],
    preHook: flags['pre-hook'],
    postHook: flags['post-hook'],
    timeScale: timeScaleOf(flags['time-scale']),
  };
}

/** @throws LambdakitError `usage` */
function timeScaleOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new LambdakitError('usage', `"${text}" is no factor for time.`, { hint: 'Write a number above 0: 60.' });
}
