import type { FunctionSnapshot } from './function-snapshot.js';
import type { ConcurrencyLimits } from './invocation.js';

/** The version that an invocation runs on, after alias, weights and `$LATEST` were resolved. */
export interface ResolvedFunction {
  readonly snapshot: FunctionSnapshot;
  /** What the handler sees as `invokedFunctionArn`. */
  readonly invokedFunctionArn: string;
  readonly limits: ConcurrencyLimits;
}

/** How core, URLs and pollers find functions; implemented by the control plane. */
export interface FunctionDirectory {
  /** Resolves name, partial ARN or ARN with an optional qualifier. @throws the API's ResourceNotFoundException and friends. */
  resolve(functionName: string, qualifier: string | undefined, region: string): ResolvedFunction;
}
