import type { CreateFunctionRequest } from '../../aws/lambda-calls.js';
import type { ContainerImage } from '../../build/container-image.js';
import type { RoleStatement } from '../../lambda/execution-role.js';
import type { ShiftStrategy } from '../traffic/schedule.js';
import type { DesiredCompanions } from './desired-companions.js';

/** The settings of a function as the Lambda API takes them; a member that is absent is left as it is. */
export type DesiredSettings = Omit<
  Partial<CreateFunctionRequest>,
  'FunctionName' | 'Code' | 'Publish' | 'Tags' | 'PackageType' | 'Architectures' | 'CodeSigningConfigArn'
>;

/** Where a package that is too big for a direct upload is put first. */
export interface DesiredStaging {
  /** Undefined: our own bucket of the account and region. */
  readonly bucket: string | undefined;
  readonly key: string;
}

/** Who signs a package, and where the signed one is put. */
export interface DesiredSigning {
  readonly profileName: string;
  readonly profileOwner?: string | undefined;
  /** Below it are the packages that were made of the unsigned one, so that none is signed twice. */
  readonly prefix: string;
}

/** The deployment package. */
export type DesiredCode =
  | {
      readonly kind: 'zip';
      readonly file: string;
      readonly codeSha256: string;
      readonly bytes: number;
      /** Absent: the package travels inside the call. */
      readonly staging?: DesiredStaging;
      /** Signed before it is deployed; always goes by way of S3 then. */
      readonly signing?: DesiredSigning;
    }
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string; readonly codeSha256: string }
  | {
      readonly kind: 'image';
      readonly imageUri: string;
      /** The image is on this machine, and its tag is made of its content. */
      readonly push?: { readonly image: ContainerImage; readonly repository: string; readonly tag: string };
    };

/** A role that is made and kept up to date for this function alone. */
export interface DesiredRole {
  readonly roleName: string;
  readonly statements: readonly RoleStatement[];
}

/** What a deployment wants a function to be. */
export interface DesiredFunction {
  readonly functionName: string;
  /** Absent when the code stays as it is (`--config-only`). */
  readonly code?: DesiredCode;
  /** Absent when the settings stay as they are (`--code-only`). */
  readonly settings?: DesiredSettings;
  /** Absent: the role is named in the settings, or stays. */
  readonly role?: DesiredRole;
  /** Absent: the deployed one stays, a new function gets x86_64. */
  readonly architectures?: CreateFunctionRequest['Architectures'];
  readonly tags?: Readonly<Record<string, string>>;
  readonly companions: DesiredCompanions;
  /** Keeps deployed variables that the settings do not name. */
  readonly mergesEnvironment?: boolean;
  /** The variables that the project itself names; for telling which others were kept. */
  readonly ownVariableNames?: readonly string[];
  /** Publishes a version of what was deployed. An alias implies it. */
  readonly publish: boolean;
  /** The alias that is to point to the published version. */
  readonly alias?: string;
  /** What the project file asks for and a deployment does not do. */
  readonly remarks?: readonly string[];
  /** How the traffic of the alias moves; absent: all at once. */
  readonly strategy?: ShiftStrategy;
}
