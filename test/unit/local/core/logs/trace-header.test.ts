import { describe, expect, it } from 'vitest';
import { parseTraceHeader } from '../../../../../src/local/core/logs/trace-header.js';

describe('parseTraceHeader', () => {
  it.each([
    ['Root=1-a;Parent=b;Sampled=1', { traceId: '1-a', parentId: 'b', isSampled: true }],
    ['Root=1-a;Parent=b;Sampled=0;Lineage=1:c:0', { traceId: '1-a', parentId: 'b', isSampled: false }],
    [' Sampled=1 ; Parent=b ; Root=1-a', { traceId: '1-a', parentId: 'b', isSampled: true }],
    ['Root=1-a;Parent=b', { traceId: '1-a', parentId: 'b', isSampled: false }],
    ['Root=1-a;Sampled=1', undefined],
    ['', undefined],
    ['nonsense', undefined],
  ])('reads %j', (header, expected) => {
    expect(parseTraceHeader(header)).toEqual(expected);
  });
});
