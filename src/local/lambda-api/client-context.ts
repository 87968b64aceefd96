import { LIMITS } from '../../lambda/limits.js';
import { ApiError } from '../core/catalog/api-error.js';

/** Decodes the X-Amz-Client-Context header into its JSON text. @throws ApiError InvalidRequestContentException */
export function readClientContext(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  if (header.length > LIMITS.clientContextBytes) {
    throw invalid(`Client context must be smaller than ${LIMITS.clientContextBytes} bytes.`);
  }
  const text = Buffer.from(header, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // Refused below with everything else that is no JSON object.
  }
  throw invalid('Client context must be a valid Base64-encoded JSON object.');
}

function invalid(text: string): ApiError {
  return new ApiError('InvalidRequestContentException', 400, text);
}
