import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface StoredSchema {
  type: string;
  versions: Map<string, string>;
}

export interface SchemaRegistry {
  readonly url: string;
  /** By registry, then by schema name. */
  readonly registries: Map<string, Map<string, StoredSchema>>;
  /** Method and path of each request. */
  readonly requests: string[];
  /** Refuses everything from now on, as for somebody without permission. */
  forbid(): void;
}

/**
 * As much of the schema registry of EventBridge as shared test events need, over HTTP in the API's own words (API
 * reference, "EventBridge Schemas"). A registry keeps what it is given; unsigned requests are refused.
 */
export async function startSchemaRegistry(): Promise<SchemaRegistry> {
  const registries: SchemaRegistry['registries'] = new Map();
  const requests: string[] = [];
  let isForbidden = false;
  const server = http.createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    requests.push(`${request.method} ${request.url}`);
    const isSigned = /^AWS4-HMAC-SHA256 .*\/schemas\/aws4_request/.test(request.headers.authorization ?? '');
    const [status, answer] =
      isSigned && !isForbidden
        ? respond(registries, `${request.method} ${request.url}`, body)
        : failure(403, 'Forbidden');
    const error = status >= 400 ? { 'x-amzn-errortype': answer.Code } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...error }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const forbid = () => {
    isForbidden = true;
  };
  return { url: `http://127.0.0.1:${port}`, registries, requests, forbid };
}

// biome-ignore lint/suspicious/noExplicitAny: documents of JSON, read member by member
type Document = Record<string, any>;

type Answer = readonly [number, Document];

function respond(registries: SchemaRegistry['registries'], call: string, body: Document): Answer {
  if (call === 'POST /v1/discover') return [200, { Content: discovered(JSON.parse(body.Events[0])) }];
  const [, method = '', registryName = '', rest = ''] =
    /^(\w+) \/v1\/registries\/name\/([^/?]+)([^?]*)/.exec(call) ?? [];
  const registry = registries.get(registryName);
  if (rest === '') {
    if (method === 'POST') registries.set(registryName, new Map());
    else if (registry === undefined) return failure(404, 'NotFound');
    return [method === 'POST' ? 201 : 200, { RegistryName: registryName }];
  }
  if (registry === undefined) return failure(404, 'NotFound');
  const [, , , name = '', part = '', version = ''] = rest.split('/');
  return respondOfSchema(registry, { method, name: decodeURIComponent(name), part, version, body });
}

interface SchemaCall {
  readonly method: string;
  readonly name: string;
  readonly part: string;
  readonly version: string;
  readonly body: Document;
}

function respondOfSchema(
  schemas: Map<string, StoredSchema>,
  { method, name, part, version, body }: SchemaCall,
): Answer {
  const schema = schemas.get(name);
  if (method === 'POST' && schema === undefined) {
    schemas.set(name, { type: body.Type, versions: new Map([['1', body.Content]]) });
    return [201, { SchemaName: name, SchemaVersion: '1' }];
  }
  if (schema === undefined) return failure(404, 'NotFound');
  const newest = String(Math.max(...[...schema.versions.keys()].map(Number)));
  if (method === 'POST') return failure(409, 'Conflict');
  if (method === 'PUT') {
    const next = String(Number(newest) + 1);
    schema.versions.set(next, body.Content);
    return [200, { SchemaName: name, SchemaVersion: next }];
  }
  if (method === 'DELETE' && part === 'version') schema.versions.delete(version);
  else if (method === 'DELETE') schemas.delete(name);
  if (method === 'DELETE') return [204, {}];
  if (part === 'versions') {
    return [
      200,
      { SchemaVersions: [...schema.versions.keys()].map((SchemaVersion) => ({ SchemaName: name, SchemaVersion })) },
    ];
  }
  return [200, { SchemaName: name, SchemaVersion: newest, Type: schema.type, Content: schema.versions.get(newest) }];
}

function failure(status: number, name: string): Answer {
  return [status, { Code: `${name}Exception`, Message: `The request was answered with ${name}.` }];
}

function discovered(event: unknown): string {
  const properties = Object.fromEntries(Object.keys(event as object).map((key) => [key, { type: 'string' }]));
  const components = { schemas: { Event: { type: 'object', properties } } };
  return JSON.stringify({ openapi: '3.0.0', info: { version: '1.0.0', title: 'Event' }, paths: {}, components });
}
