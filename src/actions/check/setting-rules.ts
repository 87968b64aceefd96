import { LIMITS } from '../../lambda/limits.js';
import { RESERVED_VARIABLES } from '../../lambda/reserved-variables.js';
import { BLOCKED_RUNTIMES, findRuntime } from '../../lambda/runtimes.js';
import type { Lint, LintSubject } from './lint.js';

const DAY_MS = 86_400_000;
/** AWS tells account owners of a deprecation this long ahead (developer guide, "Lambda runtimes", deprecation policy). */
const NOTICE_DAYS = 180;
/** The JVM and .NET start slowly with less; Lambda gives CPU in proportion to memory (developer guide, "Configure memory"). */
const SMALL_MB = 512;
/** API Gateway gives up on an integration by default after 29 s (API Gateway quotas). */
const GATEWAY_SECONDS = 29;

/** Rules about the settings of the function itself. */
export function settingRules(subject: LintSubject): readonly Lint[] {
  return [...runtimeRules(subject), ...sizeRules(subject), ...variableRules(subject)];
}

function runtimeRules({ resolved, today }: LintSubject): readonly Lint[] {
  const { runtime } = resolved.config;
  if (runtime === undefined) return [];
  if (BLOCKED_RUNTIMES.has(runtime)) {
    return [
      lint(
        'runtime-blocked',
        'problem',
        `Lambda creates and updates no functions with ${runtime} any more`,
        'Move to a newer runtime.',
      ),
    ];
  }
  const facts = findRuntime(runtime);
  if (facts === undefined) {
    return [
      lint(
        'runtime-unknown',
        'warning',
        `${runtime} is not among the runtimes that are known here`,
        'Check the identifier.',
      ),
    ];
  }
  const { deprecation, blockCreate = 'not announced', blockUpdate = 'not announced' } = facts;
  if (deprecation === undefined) return [];
  const dates = `deprecation ${deprecation}, no new functions from ${blockCreate}, no updates from ${blockUpdate}`;
  const daysLeft = (Date.parse(deprecation) - Date.parse(today)) / DAY_MS;
  if (daysLeft <= 0)
    return [lint('runtime-deprecated', 'warning', `${runtime} is deprecated: ${dates}`, 'Move to a newer runtime.')];
  if (daysLeft > NOTICE_DAYS) return [];
  return [lint('runtime-deprecated', 'note', `${runtime} ends soon: ${dates}`, 'Plan the move to a newer runtime.')];
}

function sizeRules({ resolved: { config } }: LintSubject): readonly Lint[] {
  const { timeout, memorySize = LIMITS.memorySizeMb.default, runtime = '', url } = config;
  const lints: Lint[] = [];
  if (timeout === undefined) {
    lints.push(
      lint(
        'timeout-default',
        'note',
        'no timeout is set, so it is 3 s',
        'Set "timeout" to a little more than the slowest call takes.',
      ),
    );
  } else if (timeout === LIMITS.timeoutSeconds.max) {
    lints.push(
      lint(
        'timeout-maximum',
        'warning',
        'the timeout is the most that there is (900 s): a call that hangs is paid for 15 minutes',
        'Set "timeout" to a little more than the slowest call takes.',
      ),
    );
  } else if (timeout > GATEWAY_SECONDS && url === undefined && permits(config.permissions, 'apigateway')) {
    lints.push(
      lint(
        'timeout-gateway',
        'warning',
        `API Gateway waits ${GATEWAY_SECONDS} s by default, and the timeout is ${timeout} s`,
        'Lower "timeout", or answer first and work asynchronously.',
      ),
    );
  }
  if (/^(java|dotnet)/.test(runtime) && memorySize < SMALL_MB) {
    lints.push(
      lint(
        'memory-small',
        'warning',
        `${runtime} with ${memorySize} MB starts slowly, for CPU comes with memory`,
        `Try "memorySize": ${SMALL_MB} or more; it often costs less.`,
      ),
    );
  }
  return lints;
}

function permits(permissions: LintSubject['resolved']['config']['permissions'], service: string): boolean {
  return permissions?.some(({ principal }) => principal.startsWith(`${service}.`)) ?? false;
}

const SECRET_NAME = /(^|_)(SECRET|PASSWORD|PASSWD|PWD|TOKEN|API_?KEY|PRIVATE_KEY|CREDENTIALS?)(_|$)/i;
/** Access key ids of AWS, private keys in PEM, tokens of GitHub, Slack and Stripe: each by its own prefix. */
const SECRET_VALUE =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abpr]-|\bsk_live_/;
/** The address of a secret is none. */
const ADDRESS = /^(arn:|https?:\/\/|\/)/;

function variableRules({ resolved: { environment }, literalVariables }: LintSubject): readonly Lint[] {
  const lints: Lint[] = [];
  const names = Object.keys(environment);
  const secrets = names.filter((name) => {
    const value = environment[name] ?? '';
    const isNamedSo = SECRET_NAME.test(name) && !/_(ARN|NAME|PATH|URL|ID)$/i.test(name) && !ADDRESS.test(value);
    return literalVariables.has(name) && value !== '' && (isNamedSo || SECRET_VALUE.test(value));
  });
  if (secrets.length > 0) {
    lints.push(
      lint(
        'secret-in-environment',
        'warning',
        `what looks like a secret stands in the project file: ${secrets.join(', ')}`,
        'Take it from the environment or Parameter Store with a reference, or read it at run time from Secrets Manager.',
      ),
    );
  }
  const reserved = names.filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    lints.push(
      lint(
        'reserved-variable',
        'problem',
        `Lambda sets these variables itself and refuses them: ${reserved.join(', ')}`,
        'Choose other names.',
      ),
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (names.length > 0 && bytes > LIMITS.environmentBytes) {
    lints.push(
      lint(
        'environment-size',
        'problem',
        `the environment variables have ${bytes} bytes, and Lambda takes ${LIMITS.environmentBytes}`,
        'Put the long ones into a file of the package or into Parameter Store.',
      ),
    );
  }
  return lints;
}

function lint(rule: string, severity: Lint['severity'], text: string, hint: string): Lint {
  return { rule, severity, text, hint };
}
