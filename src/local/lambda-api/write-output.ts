import type { OperationSchema, Shape } from './operation-schemas.js';

/** What a handler returns: members by name. */
export type OperationOutput = Readonly<Record<string, unknown>>;

export interface WrittenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** Puts the members of an output where the operation's schema wants them: status, headers, body. */
export function writeOutput(operation: OperationSchema, output: OperationOutput): WrittenResponse {
  const headers: Record<string, string> = {};
  const json: Record<string, unknown> = {};
  let status = operation.status;
  let payload: Uint8Array | undefined;
  let hasBody = false;
  for (const member of operation.output.members) {
    const value = output[member.name];
    if (member.location === 'body') hasBody = true;
    if (value === undefined || value === null) continue;
    if (member.location === 'status') status = Number(value);
    else if (member.location === 'header') headers[member.wireName] = String(value);
    else if (member.location === 'payload') payload = value as Uint8Array;
    else json[member.wireName] = toJson(value, member.shape);
  }
  if (status === 204) return { status, headers, body: '' };
  if (payload !== undefined) return { status, headers, body: payload };
  return { status, headers, body: hasBody ? JSON.stringify(json) : '' };
}

function toJson(value: unknown, shape: Shape): unknown {
  switch (shape.kind) {
    case 'timestamp':
      // restJson1 writes epoch seconds; handlers hold epoch milliseconds.
      return Number(value) / 1000;
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'list':
      return (value as readonly unknown[]).map((item) => toJson(item, shape.item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>).map(([key, item]) => [key, toJson(item, shape.item)]),
      );
    case 'structure': {
      const record = value as Record<string, unknown>;
      return Object.fromEntries(
        shape.members
          .filter((member) => record[member.name] !== undefined)
          .map((member) => [member.wireName, toJson(record[member.name], member.shape)]),
      );
    }
    default:
      return value;
  }
}
