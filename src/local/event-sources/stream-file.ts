import path from 'node:path';

export interface StreamFile {
  readonly file: string;
  readonly kind: 'kinesis' | 'dynamodb';
}

/**
 * The file that holds the records of a stream, by its ARN (`arn:aws:kinesis:r:a:stream/<name>` or
 * `arn:aws:dynamodb:r:a:table/<name>/stream/<label>`); undefined for an ARN of anything else.
 */
export function streamFileOf(stateFolder: string, arn: string): StreamFile | undefined {
  const [, , service, , , resource = ''] = arn.split(':');
  const name = resource.split('/')[1];
  if ((service !== 'kinesis' && service !== 'dynamodb') || name === undefined || !/^[\w.-]+$/.test(name)) {
    return undefined;
  }
  return { file: path.join(stateFolder, 'streams', service, `${name}.jsonl`), kind: service };
}
