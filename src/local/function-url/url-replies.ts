import type { HttpReply } from './infer-response.js';

/** The caller may not use this URL, or it went with its alias (recorded text of 2025). */
export const FORBIDDEN: HttpReply = refusal(
  403,
  'AccessDeniedException',
  JSON.stringify({
    Message:
      'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  }),
);

/** No URL has this id. */
export const UNKNOWN_URL: HttpReply = refusal(403, 'AccessDeniedException', '{"Message":null}');

export const REQUEST_TOO_LARGE: HttpReply = refusal(
  413,
  'RequestEntityTooLargeException',
  '{"Message":"Request Entity Too Large"}',
);

export function throttledReply(reason: string): HttpReply {
  return refusal(429, 'TooManyRequestsException', JSON.stringify({ Reason: reason, Message: 'Rate Exceeded.' }));
}

function refusal(status: number, errorType: string, body: string): HttpReply {
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['x-amzn-ErrorType', errorType],
    ],
    body: Buffer.from(body),
  };
}
