import type { AliasConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { attemptsOf } from '../../aws/send-with-retries.js';
import { waitForFunction } from '../../aws/wait-for-function.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import type { ProgressSink } from '../progress.js';
import { createGates, type GateSettings, type Gates, type HealthSource, type RunCommandLine } from './gates.js';
import { describeStrategy, type ShiftStrategy, shiftSchedule } from './schedule.js';

export interface ShiftRequest {
  readonly functionName: string;
  readonly alias: string;
  /** The version that is to get the traffic; undefined with `resumes`: the one of the shift under way. */
  readonly toVersion: string | undefined;
  readonly strategy: ShiftStrategy;
  readonly gates: GateSettings;
  /** Command lines before the first and after the last step. */
  readonly hooks: { readonly before?: string | undefined; readonly after?: string | undefined };
  /** Goes on where an earlier shift of the same alias has ended; the alias itself says where that is. */
  readonly resumes: boolean;
}

export type ShiftCalls = Pick<LambdaCalls, 'getAlias' | 'updateAlias' | 'invoke' | 'getFunctionConfiguration'>;

export interface ShiftDependencies {
  readonly calls: ShiftCalls;
  /** Calls that still work after `signal` has aborted: traffic has to go back. */
  readonly callsAfterAbort: (signal: AbortSignal) => Promise<Pick<LambdaCalls, 'getAlias' | 'updateAlias'>>;
  readonly health: HealthSource | undefined;
  readonly runCommandLine: RunCommandLine;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** How much faster than said the waits run. */
  readonly timeScale: number;
}

/** How a shift has ended; a failed one is thrown, with the same members in its details. */
export interface ShiftResult {
  readonly functionName: string;
  readonly alias: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: 'shifted' | 'unchanged';
  /** The share of the new version after each step. */
  readonly shares: readonly number[];
}

/**
 * Moves the traffic of an alias step by step. A gate that stays closed, any other failure and an
 * interruption move all of it back to where it was.
 * @throws LambdakitError `check-failed` after the return, `invalid-input` for a shift that cannot begin.
 */
export async function shiftAlias(request: ShiftRequest, dependencies: ShiftDependencies): Promise<ShiftResult> {
  const { calls, signal, progress } = dependencies;
  const { functionName, alias: name } = request;
  const alias = await calls.getAlias({ FunctionName: functionName, Name: name });
  const { from, to, reached } = startOf(request, alias);
  const result = { functionName, alias: name, from, to };
  if (from === to && reached === 0) {
    progress({ kind: 'skipped', subject: functionName, text: `alias ${name} has all its traffic on version ${to}` });
    return { ...result, outcome: 'unchanged', shares: [] };
  }
  const gates = createGates(request.gates, { functionName, alias: name, version: to }, dependencies);
  await gates.open();
  await waitForFunction({ calls, signal, functionName, qualifier: to });
  const shift: Shift = { ...result, request, dependencies, gates, revisionId: alias.RevisionId, reached };
  const shares: number[] = [];
  try {
    await runSteps(shift, shares);
  } catch (error) {
    throw await goBack(shift, shares, error);
  }
  return { ...result, outcome: 'shifted', shares };
}

interface Shift {
  readonly functionName: string;
  readonly alias: string;
  readonly from: string;
  readonly to: string;
  readonly reached: number;
  readonly request: ShiftRequest;
  readonly dependencies: ShiftDependencies;
  readonly gates: Gates;
  revisionId: string | undefined;
}

/** Where a shift begins, by what the alias says. */
function startOf(request: ShiftRequest, alias: AliasConfiguration): { from: string; to: string; reached: number } {
  const from = alias.FunctionVersion ?? '';
  const [underWay] = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  const { toVersion, resumes, alias: name } = request;
  if (from === '$LATEST' || toVersion === '$LATEST') {
    throw new LambdakitError('invalid-input', `Traffic cannot be split with $LATEST (alias ${name}).`, {
      hint: 'Publish a version, point the alias to one, and shift between versions.',
    });
  }
  if (underWay === undefined) {
    if (toVersion === undefined && !resumes)
      throw new LambdakitError('usage', 'No version is named.', { hint: 'Add --to VERSION.' });
    return { from, to: toVersion ?? from, reached: 0 };
  }
  const [version, share] = underWay;
  if (resumes && (toVersion ?? version) === version) return { from, to: version, reached: share };
  // All of it back to where most of it is needs no shift.
  if (toVersion === from) return { from, to: from, reached: share };
  throw new LambdakitError(
    'invalid-input',
    `A shift of alias ${name} to version ${version} is under way (${Math.round(share * 100)} %).`,
    { hint: 'Continue it with --resume, or send everything back with `lambdakit rollback`.' },
  );
}

async function runSteps(shift: Shift, shares: number[]): Promise<void> {
  const { request, dependencies, gates } = shift;
  const { strategy, hooks } = request;
  const { progress, timeScale, now } = dependencies;
  progress({
    kind: 'started',
    subject: shift.functionName,
    text: `alias ${shift.alias}: version ${shift.from} → ${shift.to}, ${describeStrategy(strategy)}${shift.reached > 0 ? `, from ${Math.round(shift.reached * 100)} % on` : ''}`,
  });
  await runHook(shift, 'pre hook', hooks.before, 0);
  // Without a small first step the probes are the only guard, so they come first.
  if (strategy.type === 'all-at-once') await gates.probe();
  for (const { share, watchMs } of shiftSchedule(strategy, shift.reached)) {
    const startedAt = now();
    await setShare(shift, share);
    shares.push(share);
    progress({
      kind: 'done',
      subject: shift.functionName,
      text: `alias ${shift.alias}: ${Math.round(share * 100)} % on version ${shift.to}`,
    });
    await gates.probe();
    await watch(shift, watchMs / timeScale);
    await gates.conclude(startedAt, variablesOf(shift, share));
  }
  await runHook(shift, 'post hook', hooks.after, 1);
}

/** CloudWatch evaluates an alarm at most every 10 s (CloudWatch user guide, "Using Amazon CloudWatch alarms"). */
const LOOK_MS = 10_000;

async function watch({ gates, dependencies }: Shift, durationMs: number): Promise<void> {
  const { signal, sleep, timeScale } = dependencies;
  await gates.lookAtAlarms();
  if (!gates.hasAlarms) {
    if (durationMs > 0) await sleep(durationMs, signal);
    return;
  }
  for (let left = durationMs; left > 0; left -= LOOK_MS / timeScale) {
    await sleep(Math.min(left, LOOK_MS / timeScale), signal);
    await gates.lookAtAlarms();
  }
}

async function setShare(shift: Shift, share: number): Promise<void> {
  const { calls, signal } = shift.dependencies;
  signal.throwIfAborted();
  const isLast = share >= 1;
  const wanted = {
    FunctionName: shift.functionName,
    Name: shift.alias,
    FunctionVersion: isLast ? shift.to : shift.from,
    RoutingConfig: { AdditionalVersionWeights: isLast || shift.to === shift.from ? {} : { [shift.to]: share } },
  };
  try {
    const updated = await calls.updateAlias({ ...wanted, RevisionId: shift.revisionId });
    shift.revisionId = updated.RevisionId;
  } catch (error) {
    if (!isRevisionRefusal(error)) throw error;
    const present = await calls.getAlias({ FunctionName: shift.functionName, Name: shift.alias });
    // Our own update, whose answer was lost on the way.
    const isOurs = attemptsOf(error.cause) > 1 && isLike(present, wanted);
    if (!isOurs) {
      throw new LambdakitError('service-refused', `Somebody else has changed alias ${shift.alias} meanwhile.`, {
        hint: 'Look at `lambdakit alias list`, and begin again.',
        cause: error,
      });
    }
    shift.revisionId = present.RevisionId;
  }
}

function isRevisionRefusal(error: unknown): error is LambdakitError {
  return isLambdakitError(error) && error.details?.awsCode === 'PreconditionFailedException';
}

function isLike(
  present: AliasConfiguration,
  wanted: Pick<AliasConfiguration, 'FunctionVersion' | 'RoutingConfig'>,
): boolean {
  const weights = (alias: Pick<AliasConfiguration, 'RoutingConfig'>): string =>
    JSON.stringify(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return present.FunctionVersion === wanted.FunctionVersion && weights(present) === weights(wanted);
}

async function runHook(shift: Shift, what: string, commandLine: string | undefined, share: number): Promise<void> {
  if (commandLine === undefined) return;
  const { runCommandLine, signal, progress } = shift.dependencies;
  progress({ kind: 'started', subject: shift.functionName, text: `${what}: ${commandLine}` });
  const { exitCode, output } = await runCommandLine(commandLine, variablesOf(shift, share), signal);
  signal.throwIfAborted();
  if (exitCode === 0) return;
  const said = output.trim() === '' ? '' : `: ${output.trim().split(/\r?\n/).slice(-3).join(' | ')}`;
  throw new LambdakitError(
    'check-failed',
    `the ${what} \`${commandLine}\` ended with ${exitCode ?? 'a signal'}${said}`,
  );
}

function variablesOf(shift: Shift, share: number): Readonly<Record<string, string>> {
  return {
    LAMBDAKIT_FUNCTION: shift.functionName,
    LAMBDAKIT_ALIAS: shift.alias,
    LAMBDAKIT_FROM_VERSION: shift.from,
    LAMBDAKIT_TO_VERSION: shift.to,
    LAMBDAKIT_PERCENT: String(Math.round(share * 100)),
  };
}

/** Long enough for a throttled call, short enough for a CI job that is being stopped. */
const RETURN_MS = 30_000;

/** Moves all traffic back, and gives the error that the shift ends with. */
async function goBack(shift: Shift, shares: readonly number[], failure: unknown): Promise<unknown> {
  const { signal, progress, callsAfterAbort } = shift.dependencies;
  const reason = failure instanceof Error ? failure.message : String(failure);
  if (shares.length === 0 && shift.reached === 0) return failure;
  const where = `at ${Math.round((shares.at(-1) ?? shift.reached) * 100)} %`;
  progress({ kind: 'warning', subject: shift.functionName, text: `${where}: ${reason}` });
  const end = AbortSignal.timeout(RETURN_MS);
  try {
    const calls = await callsAfterAbort(end);
    const target = { FunctionName: shift.functionName, Name: shift.alias };
    const present = await calls.getAlias(target);
    if (!isOurs(present, shift)) {
      progress({
        kind: 'warning',
        subject: shift.functionName,
        text: `alias ${shift.alias} was changed by somebody else and is left as it is`,
      });
      return failure;
    }
    await calls.updateAlias({
      ...target,
      FunctionVersion: shift.from,
      RoutingConfig: { AdditionalVersionWeights: {} },
      RevisionId: present.RevisionId,
    });
  } catch (error) {
    return new LambdakitError(
      'service-refused',
      `Alias ${shift.alias} of ${shift.functionName} could not be moved back to version ${shift.from}: ${error instanceof Error ? error.message : String(error)}`,
      { hint: `Run \`lambdakit rollback ${shift.functionName} --alias ${shift.alias}\` at once.`, cause: failure },
    );
  }
  progress({
    kind: 'done',
    subject: shift.functionName,
    text: `alias ${shift.alias}: all traffic is back on version ${shift.from}`,
  });
  if (signal.aborted) return signal.reason;
  return new LambdakitError(
    isLambdakitError(failure) ? failure.code : 'internal',
    `The shift of alias ${shift.alias} to version ${shift.to} ended ${where}: ${reason}. All traffic is back on version ${shift.from}.`,
    {
      hint:
        (isLambdakitError(failure) ? failure.hint : undefined) ??
        'Correct the cause, publish a new version, and shift again.',
      details: {
        functionName: shift.functionName,
        alias: shift.alias,
        from: shift.from,
        to: shift.to,
        shares,
        returned: true,
      },
      cause: failure,
    },
  );
}

/** True when the alias is where this shift has put it. */
function isOurs({ FunctionVersion, RoutingConfig }: AliasConfiguration, { from, to }: Shift): boolean {
  const versions = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  if (FunctionVersion === to) return versions.length === 0;
  return FunctionVersion === from && versions.every((version) => version === to);
}
