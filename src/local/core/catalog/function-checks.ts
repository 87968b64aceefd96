import { LIMITS } from '../../../lambda/limits.js';
import { invalidParameter, stalePrecondition } from './api-error.js';
import type { CodeRecord, FunctionRecord, LayerUse } from './records.js';

/** Refuses a revision id that is not the present one of `$LATEST`. @throws ApiError PreconditionFailedException */
export function checkRevision(record: FunctionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== record.latest.RevisionId) {
    throw stalePrecondition('GetFunction/GetAlias');
  }
}

/** The unpacked code and its layers together must stay under 250 MB. @throws ApiError */
export function checkUnzippedSize(code: CodeRecord, layers: readonly LayerUse[]): void {
  const total = layers.reduce((sum, layer) => sum + layer.UnzippedSize, code.UnzippedSize);
  if (total > LIMITS.unzippedBytes) {
    throw invalidParameter(`Unzipped size must be smaller than ${LIMITS.unzippedBytes} bytes`);
  }
}
