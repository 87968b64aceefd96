import type { CreateFunctionRequest } from '../../aws/lambda-calls.js';

/** The settings of a function as the Lambda API takes them; a member that is absent is left as it is. */
export type DesiredSettings = Omit<
  Partial<CreateFunctionRequest>,
  'FunctionName' | 'Code' | 'Publish' | 'Tags' | 'PackageType' | 'Architectures' | 'CodeSigningConfigArn'
>;

/** The deployment package. */
export type DesiredCode =
  | { readonly kind: 'zip'; readonly file: string; readonly codeSha256: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string; readonly codeSha256: string }
  | { readonly kind: 'image'; readonly imageUri: string };

/** What a deployment wants a function to be. */
export interface DesiredFunction {
  readonly functionName: string;
  /** Absent when the code stays as it is (`--config-only`). */
  readonly code?: DesiredCode;
  /** Absent when the settings stay as they are (`--code-only`). */
  readonly settings?: DesiredSettings;
  /** Absent: the deployed one stays, a new function gets x86_64. */
  readonly architectures?: CreateFunctionRequest['Architectures'];
  readonly tags?: Readonly<Record<string, string>>;
  readonly codeSigningConfigArn?: string;
  /** Keeps deployed variables that the settings do not name. */
  readonly mergesEnvironment?: boolean;
  /** Publishes a version of what was deployed. An alias implies it. */
  readonly publish: boolean;
  /** The alias that is to point to the published version. */
  readonly alias?: string;
}
