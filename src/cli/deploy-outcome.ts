import type { DeployResult } from '../actions/deploy/deploy-function.js';
import type { DeployOutcome } from '../actions/deploy/deploy-request.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { errorDocument, reportOf } from './error-report.js';

/** The `--json` document of a deployment. */
export interface DeployDocument {
  readonly functions: readonly DeployResult[];
  readonly failures: readonly { readonly key: string; readonly error: object }[];
}

export function documentOfDeploy({ results, failures }: DeployOutcome): DeployDocument {
  return {
    functions: results,
    failures: failures.map(({ key, error }) => ({ key, error: errorDocument(reportOf(error)) })),
  };
}

/** What the whole deployment ends with: the first failure, or on request that something has changed. */
export function failureOfDeploy({ results, failures }: DeployOutcome, isDetailed: boolean): LambdakitError | undefined {
  const [first, ...others] = failures;
  if (first !== undefined) {
    if (others.length === 0 && results.length === 0) return first.error;
    const names = failures.map(({ key }) => key).join(', ');
    return new LambdakitError(
      first.error.code,
      `${failures.length} of ${failures.length + results.length} functions could not be deployed: ${names}. ${first.key}: ${first.error.message}`,
      {
        ...(first.error.hint !== undefined && { hint: first.error.hint }),
        cause: first.error,
      },
    );
  }
  const changed = results.filter(({ outcome }) => outcome !== 'unchanged');
  if (!isDetailed || changed.length === 0) return undefined;
  return new LambdakitError(
    'differences-found',
    `Changed: ${changed.map(({ functionName }) => functionName).join(', ')}.`,
  );
}
