import { describe, expect, it } from 'vitest';
import { advanceLineage, newTraceHeader } from '../../../../src/local/core/trace-header.js';

describe('newTraceHeader', () => {
  it('begins with the second at which it was made', () => {
    expect(newTraceHeader(Date.UTC(2026, 0, 1))).toMatch(
      /^Root=1-6955b900-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
    );
  });
});

describe('advanceLineage', () => {
  it('counts the runs of one function in a chain from 0', () => {
    let header = 'Root=1-0-1;Sampled=0';
    const lengths: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      const step = advanceLineage(header, 'arn:a');
      header = step.traceHeader;
      lengths.push(step.chainLength);
    }
    expect(lengths).toEqual([0, 1, 2, 3]);
    expect(header).toMatch(/^Root=1-0-1;Sampled=0;Lineage=1:[0-9a-f]{8}:3$/);
  });

  it('counts each function of a chain by itself', () => {
    const first = advanceLineage('Root=1-0-1', 'arn:a');
    const other = advanceLineage(first.traceHeader, 'arn:b');
    expect(other.chainLength).toBe(0);
    expect(advanceLineage(other.traceHeader, 'arn:a').chainLength).toBe(1);
  });

  it('starts over from a lineage that it cannot read', () => {
    expect(advanceLineage('Root=1-0-1;Lineage=garbage', 'arn:a').chainLength).toBe(0);
  });
});
