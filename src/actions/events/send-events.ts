import { LOCAL_REGION } from '../../aws/connection.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { LOCAL_ACCOUNT_ID } from '../../lambda/local-account.js';
import { feedEventSource } from '../../local/index.js';
import { readFile, systemErrorCode } from '../../system/files.js';
import { readStandardInput } from '../../system/standard-input.js';
import type { ActionContext } from '../action-context.js';
import { localStateFolder } from '../local-service.js';

export interface SendEventsRequest {
  /** An ARN, or `sqs:NAME`, `kinesis:NAME`, `dynamodb:TABLE`. */
  readonly source: string;
  /** A record per line; `-` is stdin. */
  readonly file: string;
}

export interface SentEvents {
  readonly eventSourceArn: string;
  readonly records: number;
}

/**
 * Feeds the lines of a file to a queue or stream of the project's local service.
 * @throws LambdakitError `invalid-input`, `file-not-found`, `not-found`.
 */
export async function sendEvents({ source, file }: SendEventsRequest, context: ActionContext): Promise<SentEvents> {
  const { folder, region = LOCAL_REGION } = await context.project();
  const sourceArn = sourceArnOf(source, region);
  const records = (await readText(file, context.signal)).split(/\r?\n/).filter((line) => line.trim() !== '');
  if (records.length === 0) {
    throw new LambdakitError('invalid-input', `${file === '-' ? 'stdin' : file} has no lines.`, {
      hint: 'Write one record per line.',
    });
  }
  await feedEventSource({ stateFolder: localStateFolder(folder), sourceArn, records, signal: context.signal });
  return { eventSourceArn: sourceArn, records: records.length };
}

function sourceArnOf(source: string, region: string): string {
  if (source.startsWith('arn:')) return source;
  const [, kind, name] = /^(sqs|kinesis|dynamodb)[:/]([\w.-]+)$/.exec(source) ?? [];
  if (kind === undefined) {
    throw new LambdakitError('invalid-input', `${JSON.stringify(source)} names no event source.`, {
      hint: 'Use an ARN, or sqs:NAME, kinesis:NAME or dynamodb:TABLE.',
    });
  }
  const resource = { sqs: name, kinesis: `stream/${name}`, dynamodb: `table/${name}/stream/local` }[kind];
  return `arn:aws:${kind}:${region}:${LOCAL_ACCOUNT_ID}:${resource}`;
}

async function readText(file: string, signal: AbortSignal): Promise<string> {
  if (file === '-') return Buffer.from(await readStandardInput(signal)).toString('utf8');
  try {
    return (await readFile(file)).toString('utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new LambdakitError('file-not-found', `There is no file ${file}.`, {
      hint: 'Check the path and the folder you are in.',
      cause: error,
    });
  }
}
