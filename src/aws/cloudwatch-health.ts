import { LambdakitError } from '../errors/lambdakit-error.js';
import type { CloudWatchCalls } from './neighbour-calls.js';

export interface HealthCalls {
  readonly cloudWatch: Pick<CloudWatchCalls, 'describeAlarms' | 'getMetricStatistics'>;
}

interface VersionMetricsOptions {
  readonly functionName: string;
  readonly alias: string;
  readonly version: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Alarms by name and the metrics of one version behind an alias. */
export function createCloudWatchHealth({ cloudWatch }: HealthCalls) {
  return {
    /** @throws LambdakitError `not-found` naming an alarm that does not exist. */
    async alarmStates(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
      const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.describeAlarms({
        AlarmNames: [...names],
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      });
      const states = Object.fromEntries(
        [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateValue = '' }) => [AlarmName, StateValue]),
      );
      const missing = names.filter((name) => states[name] === undefined);
      if (missing.length > 0) {
        throw new LambdakitError('not-found', `There is no CloudWatch alarm ${missing.join(', ')}.`, {
          hint: 'Check the name, --region and --profile.',
        });
      }
      return states;
    },
    async versionMetrics(options: VersionMetricsOptions) {
      const [invocations, errors] = await Promise.all([
        sumOf(cloudWatch, 'Invocations', options),
        sumOf(cloudWatch, 'Errors', options),
      ]);
      return { invocations, errors };
    },
  };
}

/** The dimensions of a version behind an alias (Lambda developer guide, "Types of metrics for Lambda functions"). */
async function sumOf(
  calls: HealthCalls['cloudWatch'],
  metric: string,
  { functionName, alias, version, sinceMs, untilMs }: VersionMetricsOptions,
): Promise<number> {
  const { Datapoints = [] } = await calls.getMetricStatistics({
    Namespace: 'AWS/Lambda',
    MetricName: metric,
    Dimensions: [
      { Name: 'FunctionName', Value: functionName },
      { Name: 'Resource', Value: `${functionName}:${alias}` },
      { Name: 'ExecutedVersion', Value: version },
    ],
    StartTime: new Date(sinceMs),
    EndTime: new Date(Math.max(untilMs, sinceMs + 60_000)),
    Period: 60,
    Statistics: ['Sum'],
  });
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}
