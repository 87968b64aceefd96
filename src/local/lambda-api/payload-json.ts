import { ApiError } from '../core/catalog/api-error.js';
import type { Place } from './json-problem/byte-reader.js';
import { describePlace, findJsonProblem } from './json-problem/find-json-problem.js';

/** For a text in which nothing is wrong but that there are several values, or none. */
const WITHOUT_PLACE: Place = { line: 1, column: 0 };

const EMPTY_OBJECT = new TextEncoder().encode('{}');
const STRICT = new TextDecoder('utf-8', { fatal: true });
const LENIENT = new TextDecoder('utf-8');

/** An event must be JSON; an absent one is an empty object. @throws ApiError InvalidRequestContentException */
export function checkPayload(payload: Uint8Array): Uint8Array {
  if (payload.length === 0) return EMPTY_OBJECT;
  if (isJson(payload, STRICT)) return payload;
  const problem = findJsonProblem(payload);
  if (problem !== undefined) throw invalidContent(problem.message, problem.place);
  // Sequences that are longer than need be, and halves of pairs, are not UTF-8 and read all the same.
  if (isJson(payload, LENIENT)) return payload;
  const isBlank = LENIENT.decode(payload).trim() === '';
  const text = isBlank ? 'No content to map due to end-of-input' : 'Trailing token found after value';
  throw invalidContent(text, WITHOUT_PLACE);
}

function isJson(payload: Uint8Array, decoder: typeof STRICT): boolean {
  try {
    JSON.parse(decoder.decode(payload));
    return true;
  } catch {
    return false;
  }
}

function invalidContent(problem: string, place: Place | undefined): ApiError {
  const where = place === undefined ? '' : `\n at ${describePlace(place)}`;
  const message = `Could not parse request body into json: Could not parse payload into json: ${problem}${where}`;
  return new ApiError('InvalidRequestContentException', 400, message);
}
