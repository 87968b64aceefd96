import type { IncomingMessage } from 'node:http';
import type { HttpReply } from '../system/http-exchange.js';
import { readRequestBody } from '../system/http-exchange.js';

const MAX_BODY_BYTES = 65_536;

/**
 * The one operation of STS that tools ask for before they do anything else: the caller is the account itself.
 * Undefined for every other operation. Source: AWS Security Token Service API reference, GetCallerIdentity.
 */
export async function answerCallerIdentity(
  request: IncomingMessage,
  { accountId, requestId }: { readonly accountId: string; readonly requestId: string },
): Promise<HttpReply | undefined> {
  const read = request.method === 'POST' ? await readRequestBody(request, MAX_BODY_BYTES) : '';
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  const action = new URLSearchParams(read.toString('utf8')).get('Action') ?? query.get('Action');
  if (action !== 'GetCallerIdentity') return undefined;
  const body = Buffer.from(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${accountId}:root</Arn><UserId>${accountId}</UserId><Account>${accountId}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
  return { status: 200, headers: { 'content-type': 'text/xml', 'content-length': body.length }, body };
}
