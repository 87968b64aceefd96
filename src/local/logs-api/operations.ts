import type { ServerResponse } from 'node:http';
import type { LogGroupKey, LogGroupRecord, LogStore } from '../store/log-store.js';
import { groupNotFound } from './logs-error.js';
import type { LogsInput } from './read-input.js';

/** What every operation works with. */
export interface LogsCall {
  readonly input: LogsInput;
  readonly store: LogStore;
  readonly region: string;
  readonly accountId: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Waits until the logs of the functions that run are in the store. */
  flush(): Promise<void>;
  /** For the one operation whose answer is a stream. */
  readonly response: ServerResponse;
}

/** The members of the answer; undefined where the operation has answered by itself. */
export type LogsOperation = (call: LogsCall) => Promise<object | undefined>;

export type LogsOperations = Readonly<Record<string, LogsOperation>>;

export function keyOf({ region }: LogsCall, logGroupName: string): LogGroupKey {
  return { region, logGroupName };
}

/** @throws LogsError `ResourceNotFoundException` */
export function requireGroup(call: LogsCall, logGroupName: string): LogGroupRecord {
  const group = call.store.group(keyOf(call, logGroupName));
  if (group === undefined) throw groupNotFound();
  return group;
}

export function groupArn({ region, accountId }: LogsCall, logGroupName: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}`;
}

/** A page of a sorted list, and the token of the next one: the place of its first item. */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
  limit: number,
): { readonly page: readonly Item[]; readonly nextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString('utf8')) || 0;
  const page = items.slice(start, start + limit);
  const next = start + page.length;
  return next < items.length ? { page, nextToken: Buffer.from(String(next)).toString('base64url') } : { page };
}
