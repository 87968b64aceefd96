/** The partition that a region belongs to (AWS General Reference, "ARNs"). */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}

/** Whose resource an ARN names, and where. */
export interface ArnScope {
  readonly region: string;
  readonly accountId: string;
}

/** The ARN of a function, with the qualifier when one is given. */
export function functionArn(scope: ArnScope, functionName: string, qualifier?: string): string {
  const arn = `${lambdaPrefix(scope)}:function:${functionName}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export function layerArn(scope: ArnScope, layerName: string): string {
  return `${lambdaPrefix(scope)}:layer:${layerName}`;
}

export function layerVersionArn(scope: ArnScope, layerName: string, version: number): string {
  return `${layerArn(scope, layerName)}:${version}`;
}

export function eventSourceMappingArn(scope: ArnScope, uuid: string): string {
  return `${lambdaPrefix(scope)}:event-source-mapping:${uuid}`;
}

export function codeSigningConfigArn(scope: ArnScope, id: string): string {
  return `${lambdaPrefix(scope)}:code-signing-config:${id}`;
}

export interface LayerReference extends ArnScope {
  readonly layerName: string;
  /** Absent in the ARN of the layer itself. */
  readonly version: number | undefined;
}

/** Reads a layer ARN or a layer version ARN; undefined for anything else. */
export function parseLayerArn(arn: string): LayerReference | undefined {
  const match = /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([a-zA-Z0-9-_]+)(?::(\d+))?$/.exec(arn);
  if (match === null) return undefined;
  const [, region = '', accountId = '', layerName = '', version] = match;
  return { region, accountId, layerName, version: version === undefined ? undefined : Number(version) };
}

function lambdaPrefix({ region, accountId }: ArnScope): string {
  return `arn:${partitionOf(region)}:lambda:${region}:${accountId}`;
}
