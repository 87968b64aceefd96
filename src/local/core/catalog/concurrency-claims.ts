import type { FunctionRecord } from './records.js';

/** What all provisioned concurrency of a function comes to, without the config of `exceptQualifier`. */
export function provisionedConcurrency({ provisioned }: FunctionRecord, exceptQualifier?: string): number {
  return Object.entries(provisioned).reduce(
    (sum, [qualifier, { requested }]) => (qualifier === exceptQualifier ? sum : sum + requested),
    0,
  );
}

/**
 * What the functions leave of the account's concurrency for a reservation or for provisioned concurrency. Each takes its
 * reservation, in which its provisioned concurrency lies; without one it takes what is provisioned (Lambda developer
 * guide, "Understanding Lambda function scaling").
 */
export function unclaimedConcurrency(records: readonly FunctionRecord[], total: number): number {
  const claimed = records.reduce(
    (sum, record) => sum + (record.reservedConcurrency ?? provisionedConcurrency(record)),
    0,
  );
  return Math.max(0, total - claimed);
}
