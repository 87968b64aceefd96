import type { LambdaCalls } from '../../aws/lambda-calls.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/** What must hold at every step of a shift. */
export interface GateSettings {
  /** Command line that must end with exit code 0, given to the user's shell as it is. */
  readonly check?: string | undefined;
  /** An event that the new version must answer without a function error. */
  readonly probe?: { readonly payload: Uint8Array; readonly count: number } | undefined;
  /** CloudWatch alarms that must not be in ALARM. */
  readonly alarms: readonly string[];
  /** Goes on although an alarm was in ALARM before anything was shifted: the new version may be its cure. */
  readonly ignoresCurrentAlarm: boolean;
  /** Greatest share (0 to 1) of failed invocations of the new version, by CloudWatch's metrics. */
  readonly maxErrorRate?: number | undefined;
}

/** Reads alarms and metrics. */
export interface HealthSource {
  /** The state of each alarm. @throws LambdakitError `not-found` */
  alarmStates(names: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /** What happened to a version behind an alias since `sinceMs` (epoch). */
  versionMetrics(options: VersionMetricsOptions): Promise<{ readonly invocations: number; readonly errors: number }>;
}

export interface VersionMetricsOptions {
  readonly functionName: string;
  readonly alias: string;
  readonly version: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What a user's command is told. */
export type CommandVariables = Readonly<Record<string, string>>;

/** Runs a user's command line; the output is for the report of a failure. */
export type RunCommandLine = (
  commandLine: string,
  variables: CommandVariables,
  signal: AbortSignal,
) => Promise<{ readonly exitCode: number | undefined; readonly output: string }>;

export interface GateDependencies {
  readonly calls: Pick<LambdaCalls, 'invoke'>;
  /** Undefined where there are no alarms and metrics, as in the local service. */
  readonly health: HealthSource | undefined;
  readonly runCommandLine: RunCommandLine;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** What is watched: one version behind one alias. */
export interface WatchedVersion {
  readonly functionName: string;
  readonly alias: string;
  readonly version: string;
}

/** The gates of one shift; each throws `check-failed` when it stays closed. */
export interface Gates {
  /** Before anything is shifted. */
  open(): Promise<void>;
  /** Sends the events of `probe` to the new version. */
  probe(): Promise<void>;
  /** Looks at alarms; called again and again while a step is watched. */
  lookAtAlarms(): Promise<void>;
  /** At the end of a step that began at `sinceMs`. */
  conclude(sinceMs: number, variables: CommandVariables): Promise<void>;
  /** True when there is something to look at while a step is watched. */
  readonly hasAlarms: boolean;
}

export function createGates(settings: GateSettings, watched: WatchedVersion, dependencies: GateDependencies): Gates {
  const { health, signal } = dependencies;
  let ignored: ReadonlySet<string> = new Set();
  const active = async (): Promise<readonly string[]> => {
    if (settings.alarms.length === 0 || health === undefined) return [];
    const states = await health.alarmStates(settings.alarms);
    return settings.alarms.filter((name) => states[name] === 'ALARM');
  };
  return {
    hasAlarms: settings.alarms.length > 0,
    async open() {
      if (health === undefined && (settings.alarms.length > 0 || settings.maxErrorRate !== undefined)) {
        throw new LambdakitError('invalid-input', 'The local service has neither CloudWatch alarms nor metrics.', {
          hint: 'Use --probe or --check there, and leave out --alarm and --max-error-rate.',
        });
      }
      const red = await active();
      if (red.length === 0) return;
      if (!settings.ignoresCurrentAlarm)
        throw closed(
          `the alarm ${red.join(', ')} is in ALARM already`,
          'Add --ignore-current-alarm when the new version is the cure.',
        );
      ignored = new Set(red);
    },
    probe: () => probe(settings.probe, watched, dependencies),
    async lookAtAlarms() {
      const red = await active();
      // An alarm that has been green meanwhile counts again.
      ignored = new Set([...ignored].filter((name) => red.includes(name)));
      const fresh = red.filter((name) => !ignored.has(name));
      if (fresh.length > 0) throw closed(`the alarm ${fresh.join(', ')} went to ALARM`);
    },
    async conclude(sinceMs, variables) {
      await judgeErrorRate(settings.maxErrorRate, { ...watched, sinceMs, untilMs: dependencies.now() }, health);
      if (settings.check === undefined) return;
      const { exitCode, output } = await dependencies.runCommandLine(settings.check, variables, signal);
      signal.throwIfAborted();
      if (exitCode === 0) return;
      const said = output.trim() === '' ? '' : `: ${lastLines(output)}`;
      throw closed(`the check \`${settings.check}\` ended with ${exitCode ?? 'a signal'}${said}`);
    },
  };
}

async function probe(
  settings: GateSettings['probe'],
  { functionName, version }: WatchedVersion,
  { calls, signal }: GateDependencies,
): Promise<void> {
  if (settings === undefined) return;
  for (let number = 1; number <= settings.count; number++) {
    signal.throwIfAborted();
    const { FunctionError, Payload } = await calls.invoke({
      FunctionName: functionName,
      Qualifier: version,
      Payload: settings.payload,
    });
    if (FunctionError !== undefined && FunctionError !== '')
      throw closed(`probe ${number} of ${settings.count} failed in version ${version}: ${errorText(Payload)}`);
  }
}

async function judgeErrorRate(
  limit: number | undefined,
  options: VersionMetricsOptions,
  health: HealthSource | undefined,
): Promise<void> {
  if (limit === undefined || health === undefined) return;
  const { invocations, errors } = await health.versionMetrics(options);
  if (invocations === 0 || errors / invocations <= limit) return;
  const percent = ((errors / invocations) * 100).toFixed(1);
  throw closed(
    `${percent} % of ${invocations} invocations of version ${options.version} failed; ${limit * 100} % are allowed`,
  );
}

function errorText(payload: Uint8Array | undefined): string {
  const text = new TextDecoder().decode(payload ?? new Uint8Array());
  try {
    const { errorType, errorMessage } = JSON.parse(text) as {
      readonly errorType?: string;
      readonly errorMessage?: string;
    };
    return [errorType, errorMessage].filter((part) => part !== undefined).join(': ') || text;
  } catch {
    // The runtime ended before it could say anything in JSON.
    return text;
  }
}

function lastLines(output: string): string {
  return output.trim().split(/\r?\n/).slice(-3).join(' | ');
}

function closed(reason: string, hint?: string): LambdakitError {
  return new LambdakitError('check-failed', reason, hint === undefined ? {} : { hint });
}
