import type { HttpRequestFacts } from '../../../../src/local/function-url/http-request-facts.js';

/** A GET of `/` with what a test wants otherwise. */
export function facts(overrides: Partial<HttpRequestFacts> = {}): HttpRequestFacts {
  return {
    method: 'GET',
    rawPath: '/',
    rawQueryString: '',
    headers: [['Host', 'abc.lambda-url.localhost:4000']],
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    receivedAtMs: Date.UTC(2020, 2, 12, 19, 3, 58, 390),
    protocol: 'HTTP/1.1',
    traceHeader: 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
    requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
    ...overrides,
  };
}
