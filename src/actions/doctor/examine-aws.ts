import type { Project } from '../../config/load-project.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { clockSkewMs } from '../../system/server-clock.js';
import type { ActionContext } from '../action-context.js';
import type { Finding } from './finding.js';

/** A request must arrive within five minutes of the time in its signature (IAM user guide, "Signature Version 4"). */
const MOST_SKEW_MS = 300_000;
const NOTEWORTHY_SKEW_MS = 60_000;
const PATIENCE_MS = 10_000;

/** Region, credentials and clock, as the calls to AWS need them. */
export async function examineAws(
  endpointUrl: string | undefined,
  project: Project | undefined,
  context: ActionContext,
): Promise<readonly Finding[]> {
  const { sts, region: ofEnvironment } = await context.neighbours();
  const region = project?.region ?? ofEnvironment;
  const findings: Finding[] = [
    region === undefined
      ? {
          subject: 'region',
          status: 'warning',
          text: 'no region is named here; the profile may name one',
          hint: 'Give --region, or set AWS_REGION.',
        }
      : { subject: 'region', status: 'ok', text: region },
  ];
  const clock = examineClock(endpointUrl ?? `https://sts.${region ?? 'us-east-1'}.amazonaws.com/`, context.signal);
  if (sts !== undefined) findings.push(await examineCredentials(sts, context.signal));
  return [...findings, await clock];
}

type Identity = Pick<NonNullable<Awaited<ReturnType<ActionContext['neighbours']>>['sts']>, 'getCallerIdentity'>;

async function examineCredentials(sts: Identity, signal: AbortSignal): Promise<Finding> {
  const subject = 'credentials';
  try {
    const { Account = '', Arn = '' } = await sts.getCallerIdentity({});
    return { subject, status: 'ok', text: `${Arn} in the account ${Account}` };
  } catch (error) {
    signal.throwIfAborted();
    if (!isLambdakitError(error)) throw error;
    return { subject, status: 'problem', text: error.message, hint: error.hint };
  }
}

async function examineClock(url: string, signal: AbortSignal): Promise<Finding> {
  const subject = 'clock';
  const { host } = new URL(url);
  try {
    const skewMs = await clockSkewMs(url, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    if (skewMs === undefined) return { subject, status: 'skipped', text: `${host} does not say what time it is` };
    const seconds = Math.round(Math.abs(skewMs) / 1_000);
    const text = `${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} ${host}`;
    if (Math.abs(skewMs) < NOTEWORTHY_SKEW_MS) return { subject, status: 'ok', text };
    const status = Math.abs(skewMs) > MOST_SKEW_MS ? 'problem' : 'warning';
    return {
      subject,
      status,
      text,
      hint: 'Set the clock of this machine: AWS refuses signatures that are off by five minutes.',
    };
  } catch {
    signal.throwIfAborted();
    return {
      subject,
      status: 'problem',
      text: `${host} cannot be reached`,
      hint: 'Check the network, the proxy and the region.',
    };
  }
}
