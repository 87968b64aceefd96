import { describe, expect, it } from 'vitest';
import { ConcurrencyLedger } from '../../../../src/local/core/concurrency-ledger.js';

const RESERVED = 'ReservedFunctionConcurrentInvocationLimitExceeded';
const UNRESERVED = 'ConcurrentInvocationLimitExceeded';

const of = (functionArn: string, region = 'eu-west-1') => ({ functionArn, region });
const reserved = (count: number) => ({ reserved: count, unreserved: 1000 });

describe('the concurrency ledger', () => {
  it.each([0, 1, 5])('admits as many as are reserved: %i', (count) => {
    const ledger = new ConcurrencyLedger();
    const slots = Array.from({ length: count }, () => ledger.admit(of('fn'), reserved(count)));
    expect(() => ledger.admit(of('fn'), reserved(count))).toThrow(expect.objectContaining({ reason: RESERVED }));
    slots[0]?.release();
    if (count > 0) ledger.admit(of('fn'), reserved(count));
  });

  it('lets functions without a reservation share one pool, and nobody else', () => {
    const ledger = new ConcurrencyLedger();
    ledger.admit(of('a'), { unreserved: 2 });
    ledger.admit(of('b'), { unreserved: 2 });
    expect(() => ledger.admit(of('c'), { unreserved: 2 })).toThrow(expect.objectContaining({ reason: UNRESERVED }));
    ledger.admit(of('d'), { reserved: 1, unreserved: 2 });
  });

  it('counts each region for itself', () => {
    const ledger = new ConcurrencyLedger();
    ledger.admit(of('a'), { unreserved: 1 });
    ledger.admit(of('b', 'us-east-1'), { unreserved: 1 });
    expect(() => ledger.admit(of('c'), { unreserved: 1 })).toThrow(expect.objectContaining({ reason: UNRESERVED }));
  });

  it('gives a slot on to a caller that comes back after its answer, when it is free', () => {
    const ledger = new ConcurrencyLedger();
    const first = ledger.admit(of('fn'), reserved(1));
    first.markAnswered();
    const second = ledger.admit(of('fn'), reserved(1));
    let started = false;
    second.whenFree(() => {
      started = true;
    });
    expect(started).toBe(false);
    expect(() => ledger.admit(of('fn'), reserved(1))).toThrow('Rate Exceeded.');
    first.release();
    expect(started).toBe(true);
    second.release();
    ledger.admit(of('fn'), reserved(1));
  });

  it('counts each slot once, however often it is released', () => {
    const ledger = new ConcurrencyLedger();
    const first = ledger.admit(of('fn'), reserved(2));
    ledger.admit(of('fn'), reserved(2));
    first.release();
    first.release();
    ledger.admit(of('fn'), reserved(2));
    expect(() => ledger.admit(of('fn'), reserved(2))).toThrow();
  });

  it('forgets an admission that was given up before its turn', () => {
    const ledger = new ConcurrencyLedger();
    const first = ledger.admit(of('fn'), reserved(1));
    first.markAnswered();
    ledger.admit(of('fn'), reserved(1)).release();
    first.release();
    ledger.admit(of('fn'), reserved(1));
    expect(() => ledger.admit(of('fn'), reserved(1))).toThrow();
  });

  it('starts a free slot at once', () => {
    let started = false;
    new ConcurrencyLedger().admit(of('fn'), reserved(1)).whenFree(() => {
      started = true;
    });
    expect(started).toBe(true);
  });
});
