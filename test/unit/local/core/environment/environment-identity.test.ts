import { describe, expect, it } from 'vitest';
import {
  createEnvironmentIdentity,
  metadataTokenOf,
  runtimeVersionText,
} from '../../../../../src/local/core/environment/environment-identity.js';
import { createSnapshot } from '../../../../service/lifecycle-service.js';

const options = { uuid: '01234567-89ab-cdef-0123-456789abcdef', nowMs: Date.UTC(2026, 0, 2, 23, 59) };
const id = '0123456789abcdef0123456789abcdef';

describe('the identity of an environment', () => {
  it('names the log stream after date, version and environment', () => {
    expect(createEnvironmentIdentity(createSnapshot({ version: '56' }), options)).toMatchObject({
      environmentId: id,
      logGroup: '/aws/lambda/fn',
      logStream: `2026/01/02/[56]${id}`,
    });
  });

  it('names the function too in a log group of its own choice', () => {
    const snapshot = createSnapshot({ logGroup: '/everything' });
    expect(createEnvironmentIdentity(snapshot, options).logStream).toBe(`2026/01/02/fn[$LATEST]${id}`);
  });

  it('gives a metadata token in the form of a UUID', () => {
    expect(metadataTokenOf(id)).toBe(options.uuid);
  });
});

describe('the runtime version', () => {
  it.each([
    ['nodejs24.x', 'nodejs:24.v1'],
    ['python3.13', 'python:3.13.v1'],
    ['java21', 'java:21.v1'],
    ['java8.al2', 'java:8.al2.v1'],
    ['dotnet8', 'dotnet:8.v1'],
    ['ruby3.4', 'ruby:3.4.v1'],
    ['provided.al2023', 'provided:al2023.v1'],
    [undefined, undefined],
  ])('of %s is shown as %s', (runtime, shown) => {
    expect(runtimeVersionText(runtime)).toBe(shown);
  });
});
