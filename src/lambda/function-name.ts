/** What a caller may write where the API asks for a function name, taken apart. */
export interface FunctionReference {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  /** Given by an ARN, or by the partial form with a region. */
  readonly region: string | undefined;
  /** Given by an ARN or by the partial form `account:function:name`. */
  readonly accountId: string | undefined;
}

const REFERENCE =
  /^(?:arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):function:|(?:(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(\d{12}):)?(?:function:)?)([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

/**
 * Reads the accepted forms: `name`, `name:qualifier`, `[region:]account:function:name[:qualifier]` and a
 * function ARN with or without qualifier (Lambda API reference, parameter FunctionName).
 */
export function parseFunctionReference(text: string): FunctionReference | undefined {
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [, arnRegion, arnAccountId, partialRegion, partialAccountId, functionName = '', qualifier] = match;
  const region = arnRegion ?? partialRegion;
  return { functionName, qualifier, region, accountId: arnAccountId ?? partialAccountId };
}

/** True for a bare function name that CreateFunction accepts: letters, digits, `-`, `_`, at most 64 characters. */
export function isFunctionName(text: string): boolean {
  return /^[a-zA-Z0-9-_]{1,64}$/.test(text);
}
