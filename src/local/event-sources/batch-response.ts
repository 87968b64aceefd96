/** What a function says of a batch: everything worked, nothing counts as done, or these items failed. */
export type BatchVerdict =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'partly-failed'; readonly failedIds: ReadonlySet<string> };

const SUCCEEDED: BatchVerdict = { kind: 'succeeded' };
const FAILED: BatchVerdict = { kind: 'failed' };

/**
 * Reads the result of a function that reports batch item failures (Lambda developer guide, "Success and
 * failure conditions"): an unknown, empty or misspelt identifier fails the whole batch.
 */
export function readBatchResponse(payload: Uint8Array, knownIds: ReadonlySet<string>): BatchVerdict {
  const text = Buffer.from(payload).toString().trim();
  if (text === '') return SUCCEEDED;
  const value = parse(text);
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return SUCCEEDED;
  if (typeof value !== 'object' || Array.isArray(value)) return FAILED;
  const failures = (value as { readonly batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return FAILED;
  if (failures.length === 0) return SUCCEEDED;
  const ids = failures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined,
  );
  const failedIds = new Set(ids.filter((id) => typeof id === 'string'));
  const areAllKnown = ids.every((id) => typeof id === 'string' && knownIds.has(id));
  return areAllKnown ? { kind: 'partly-failed', failedIds } : FAILED;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
