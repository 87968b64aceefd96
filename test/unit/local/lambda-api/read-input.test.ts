import { describe, expect, it } from 'vitest';
import { loadOperationSchemas } from '../../../../src/local/lambda-api/operation-schemas.js';
import { readInput } from '../../../../src/local/lambda-api/read-input.js';

const operations = await loadOperationSchemas();

interface Given {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

function read(name: string, { body, query = {}, labels = {} }: Given) {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return readInput(operation, {
    labels,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  });
}

describe('a whole number', () => {
  it.each([
    ['CreateFunction', { body: { Timeout: 3.7 } }],
    ['CreateFunction', { body: { EphemeralStorage: { Size: 512.5 } } }],
    ['PutFunctionConcurrency', { body: { ReservedConcurrentExecutions: 1.5 } }],
    ['CreateEventSourceMapping', { body: { BatchSize: 1.5 } }],
    ['CreateEventSourceMapping', { body: { ProvisionedPollerConfig: { MinimumPollers: 0.5 } } }],
    ['ListFunctions', { query: { MaxItems: '1.5' } }],
    ['GetLayerVersion', { labels: { LayerName: 'layer', VersionNumber: '1.5' } }],
  ] as const)('of %s has no fraction: %j', (name, given) => {
    expect(() => read(name, given)).toThrow(
      expect.objectContaining({
        code: 'SerializationException',
        status: 400,
        text: expect.stringMatching(/^(NUMBER|STRING)_VALUE can not be converted to an Integer$/),
      }),
    );
  });

  it.each([
    ['CreateFunction', { body: { Timeout: 3 } }, { Timeout: 3 }],
    ['ListFunctions', { query: { MaxItems: '-2' } }, { MaxItems: -2 }],
  ] as const)('of %s is read as it is: %j', (name, given, expected) => {
    expect(read(name, given)).toEqual(expected);
  });
});

describe('a number of the type double', () => {
  it('may have a fraction', () => {
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.25 } };
    expect(read('CreateAlias', { body: { RoutingConfig } })).toEqual({ RoutingConfig });
  });

  it('is no text', () => {
    const RoutingConfig = { AdditionalVersionWeights: { 2: '0.25' } };
    expect(() => read('CreateAlias', { body: { RoutingConfig } })).toThrow(
      'STRING_VALUE can not be converted to a Double',
    );
  });
});
