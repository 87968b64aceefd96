import { CONFLICTS } from './conflicts.js';
import { documentedErrors } from './documented.js';
import { INVALID_PARAMETERS } from './invalid-parameters.js';
import { LIMITS_REACHED } from './limits.js';
import { MISSING_RESOURCES } from './missing-resources.js';
import type { Provocation } from './provocation.js';
import { reasonAgainst } from './unreachable.js';

/** One error of one operation and what became of it: provoked through boto3, or the reason why it cannot occur. */
export interface DocumentedError {
  readonly operation: string;
  readonly error: string;
  readonly provocation: Provocation | undefined;
  readonly reason: string | undefined;
}

export const PROVOCATIONS: readonly Provocation[] = [
  ...MISSING_RESOURCES,
  ...INVALID_PARAMETERS,
  ...CONFLICTS,
  ...LIMITS_REACHED,
];

/** Every error that is documented for an implemented operation. */
export function allDocumentedErrors(): readonly DocumentedError[] {
  return [...documentedErrors()].flatMap(([operation, errors]) =>
    errors.map((error) => {
      const provocation = PROVOCATIONS.find((one) => one.operation === operation && one.error === error);
      const reason = provocation === undefined ? reasonAgainst(operation, error) : undefined;
      return { operation, error, provocation, reason };
    }),
  );
}
