import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import type { LogStore } from '../store/log-store.js';
import { eventOperations } from './event-operations.js';
import { groupOperations } from './group-operations.js';
import { LogsError } from './logs-error.js';
import type { LogsOperations } from './operations.js';
import { LogsInput } from './read-input.js';
import { streamOperations } from './stream-operations.js';
import { tagOperations } from './tag-operations.js';

export interface LogsApiOptions {
  /** Opens the store with the first request. */
  store(): Promise<LogStore>;
  readonly accountId: string;
  now(): number;
  /** Waits until the logs of the functions that run are in the store. */
  flush(): Promise<void>;
  /** Told of errors that are ours. */
  readonly onBug: (error: unknown, operation: string) => void;
}

export interface LogsScope {
  readonly region: string;
  readonly requestId: string;
}

/** As much of the CloudWatch Logs API as it takes to write, find and follow logs. */
export interface LogsApi {
  /** Answers one request, also when it goes wrong. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse, scope: LogsScope): Promise<void>;
}

const OPERATIONS: LogsOperations = { ...groupOperations, ...tagOperations, ...streamOperations, ...eventOperations };
const TARGET = /^Logs_20140328\.([A-Za-z]+)$/;
/** A batch of 1 MB in which every byte is escaped. */
const MAX_BODY_BYTES = 8_388_608;
const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** Protocol AWS JSON 1.1: every operation is a POST that names itself in `X-Amz-Target`. */
export function createLogsApi(options: LogsApiOptions): LogsApi {
  return {
    handle: async (request, response, scope) => {
      const name = TARGET.exec(String(request.headers['x-amz-target'] ?? ''))?.[1] ?? 'unknown operation';
      try {
        const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
        const input = new LogsInput(await readMembers(request));
        if (operation === undefined) throw unknownOperation(name);
        const { accountId, now, flush } = options;
        const store = await options.store();
        const output = await operation({ input, store, accountId, now, flush, response, ...scope });
        if (!response.headersSent) writeJson(response, 200, output === undefined ? '' : JSON.stringify(output));
      } catch (error) {
        writeError(response, toLogsError(error, name, options.onBug));
      }
    },
  };
}

async function readMembers(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES) throw new LogsError('RequestEntityTooLargeException', 'The request is too large.', 413);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    const members: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof members === 'object' && members !== null && !Array.isArray(members)) {
      return members as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Told below, as any other body that is no object.
  }
  throw new LogsError('SerializationException', 'The request body is not a JSON object.');
}

function unknownOperation(name: string): LogsError {
  const known = Object.keys(OPERATIONS).sort().join(', ');
  return new LogsError('UnknownOperationException', `The local Logs API has no ${name}. It has ${known}.`);
}

function toLogsError(error: unknown, operation: string, onBug: LogsApiOptions['onBug']): LogsError {
  if (error instanceof LogsError) return error;
  if (isLambdakitError(error) && error.kind !== 'bug') {
    return new LogsError('ServiceUnavailableException', error.message, 503);
  }
  onBug(error, operation);
  return new LogsError('ServiceUnavailableException', 'The service cannot complete the request.', 500);
}

function writeError(response: ServerResponse, { code, message, status }: LogsError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('x-amzn-errortype', code);
  writeJson(response, status, JSON.stringify({ __type: code, message }));
}

function writeJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': CONTENT_TYPE, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
