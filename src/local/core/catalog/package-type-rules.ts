import { invalidParameter } from './api-error.js';
import type { FunctionSettings } from './records.js';

/** The members whose use depends on how the code is packaged; absent ones were not given. */
export interface PackagedMembers {
  readonly Handler?: string | undefined;
  readonly Runtime?: string | undefined;
  readonly Layers?: readonly unknown[] | undefined;
  readonly ImageConfig?: object | undefined;
}

/** The ways to hand over code, as far as the package type decides about them. */
interface CodeMembers {
  readonly ImageUri?: string | undefined;
}

/**
 * Refuses a new function whose members do not fit its package type.
 * @throws ApiError InvalidParameterValueException in the words of CreateFunction
 */
export function checkNewPackage(
  packageType: FunctionSettings['PackageType'],
  members: PackagedMembers,
  code: CodeMembers,
): void {
  checkPackageMembers(packageType, members);
  if (packageType === 'Image') {
    if (code.ImageUri === undefined) {
      throw invalidParameter('Please provide ImageUri when creating a function with packageType Image.');
    }
    return;
  }
  if (members.Handler === undefined || members.Runtime === undefined) {
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  if (code.ImageUri !== undefined) throw invalidParameter('Please provide a source for function code.');
}

/** Refuses settings that the package type has no use for. @throws ApiError InvalidParameterValueException */
export function checkPackageMembers(packageType: FunctionSettings['PackageType'], members: PackagedMembers): void {
  const hasLayers = members.Layers !== undefined && members.Layers.length > 0;
  if (packageType === 'Image' && (members.Handler !== undefined || members.Runtime !== undefined || hasLayers)) {
    throw invalidParameter(
      "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
    );
  }
  if (packageType === 'Zip' && members.ImageConfig !== undefined && Object.keys(members.ImageConfig).length > 0) {
    throw invalidParameter("Please don't provide ImageConfig when the intended function PackageType is Zip.");
  }
}
