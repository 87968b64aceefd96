import type { FunctionConfigInput } from '../../config/function-schema.js';
import type { LambdakitError } from '../../errors/lambdakit-error.js';
import type { ShiftOptions } from '../traffic/shift-options.js';
import type { DeployResult } from './deploy-function.js';

/** What a deployment is asked for. */
export interface DeployRequest {
  readonly names: readonly string[];
  readonly isAll: boolean;
  readonly isDryRun: boolean;
  readonly publish: boolean;
  readonly alias?: string | undefined;
  /** A finished package of one function, or a folder with one for each, named KEY.zip. */
  readonly artifact?: string | undefined;
  readonly scope: 'all' | 'code' | 'settings';
  /** Keeps variables of the deployed function that the project does not name. */
  readonly mergesEnvironment: boolean;
  /** Removes permissions and event sources that the project does not name. */
  readonly prunes: boolean;
  /** The package goes by way of this bucket, whatever its size. */
  readonly s3Bucket?: string | undefined;
  readonly s3Prefix?: string | undefined;
  /** How traffic moves to the new version; what is absent comes from `deployment` in the project file. */
  readonly shift?: ShiftOptions | undefined;
  /** Laid over each function of the project file. */
  readonly overrides: Partial<FunctionConfigInput>;
  /** How many functions are deployed at a time. */
  readonly concurrency: number;
}

export interface DeployFailure {
  readonly key: string;
  readonly error: LambdakitError;
}

export interface DeployOutcome {
  readonly results: readonly DeployResult[];
  readonly failures: readonly DeployFailure[];
}
