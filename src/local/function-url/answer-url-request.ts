import { LIMITS } from '../../lambda/limits.js';
import type { ConcurrencyLimits, InvocationRequest } from '../core/invocation.js';
import { InvocationThrottled } from '../core/invocation.js';
import { withSampling } from '../core/trace-header.js';
import { corsHeaders, preflightReply } from './cors.js';
import type { FunctionUrl, FunctionUrlDeps } from './function-url-ports.js';
import type { HttpRequestFacts } from './http-request-facts.js';
import { BAD_GATEWAY, type HttpReply, inferResponse } from './infer-response.js';
import { payloadV2Event } from './payload-v2-event.js';
import { HTTP_INTEGRATION_TYPE, splitPrelude } from './split-prelude.js';
import { FORBIDDEN, REQUEST_TOO_LARGE, throttledReply } from './url-replies.js';
import { type VerifiedCaller, verifySignature } from './verify-signature.js';

/** A reply whose body comes while the function writes it; `failed` tells after the end whether it is whole. */
export interface StreamedReply extends Omit<HttpReply, 'body'> {
  readonly body: AsyncIterable<Uint8Array>;
  readonly hasFailed: Promise<boolean>;
}

export interface UrlRequest {
  readonly url: FunctionUrl;
  readonly facts: HttpRequestFacts;
  readonly wirePath: string;
  /** Host name without the port. */
  readonly domainName: string;
  /** Told of the trace header once it is known whether the run is traced. */
  readonly onTraceHeader: (traceHeader: string) => void;
}

/** Everything between a request that was read and the reply: access, preflight, event, run, inference. */
export async function answerUrlRequest(request: UrlRequest, deps: FunctionUrlDeps): Promise<HttpReply | StreamedReply> {
  const { url, facts, wirePath } = request;
  const preflight = url.cors === undefined ? undefined : preflightReply(facts, url.cors);
  if (preflight !== undefined) return preflight;
  const isOpen = url.authType === 'NONE';
  const caller = isOpen ? undefined : await verifySignature({ facts, wirePath, identityOf: deps.identityOf });
  if (!isOpen && caller === undefined) return FORBIDDEN;
  if (deps.isAllowed?.(url, caller?.userArn) === false) return FORBIDDEN;
  const reply = await run(request, caller, deps);
  return url.cors === undefined ? reply : { ...reply, headers: [...reply.headers, ...corsHeaders(facts, url.cors)] };
}

async function run(
  request: UrlRequest,
  caller: VerifiedCaller | undefined,
  { directory, dispatcher, isTraceSampled }: FunctionUrlDeps,
): Promise<HttpReply | StreamedReply> {
  const { url } = request;
  const { snapshot, invokedFunctionArn, limits } = directory.resolve(url.functionName, url.qualifier, url.region);
  const traceHeader = withSampling(request.facts.traceHeader, isTraceSampled(snapshot));
  request.onTraceHeader(traceHeader);
  const facts = { ...request.facts, traceHeader };
  const payload = Buffer.from(JSON.stringify(eventOf({ ...request, facts }, caller)));
  // The function is invoked with the event, which base64 makes a third longer than the body.
  if (payload.length > LIMITS.syncRequestBytes) return REQUEST_TOO_LARGE;
  const invocation: InvocationRequest = {
    snapshot,
    invokedFunctionArn,
    requestId: facts.requestId,
    traceHeader,
    payload,
  };
  try {
    if (url.invokeMode === 'RESPONSE_STREAM') return await runStreaming(dispatcher, invocation, limits);
    const outcome = await dispatcher.invoke(invocation, limits).outcome;
    return outcome.functionError === undefined ? inferResponse(outcome.payload) : BAD_GATEWAY;
  } catch (error) {
    if (error instanceof InvocationThrottled) return throttledReply(error.reason);
    throw error;
  }
}

function eventOf({ url, facts, domainName }: UrlRequest, caller: VerifiedCaller | undefined): object {
  return payloadV2Event(facts, {
    accountId: caller?.accountId ?? 'anonymous',
    apiId: url.urlId,
    domainName,
    stage: '$default',
    routeKey: '$default',
    forwarded: { port: '443', proto: 'https' },
    ...(caller !== undefined && {
      authorizer: {
        iam: {
          accessKey: caller.accessKey,
          accountId: caller.accountId,
          callerId: caller.userId,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: caller.userArn,
          userId: caller.userId,
        },
      },
    }),
  });
}

async function runStreaming(
  dispatcher: FunctionUrlDeps['dispatcher'],
  request: InvocationRequest,
  limits: ConcurrencyLimits,
): Promise<HttpReply | StreamedReply> {
  const { head, body, outcome } = dispatcher.invokeStreaming(request, limits);
  const hasFailed = outcome.then(({ functionError }) => functionError !== undefined);
  const { contentType, isStreamed } = await head;
  // A result that was not streamed is there as a whole; so is a failure before the first byte.
  if (!isStreamed && (await hasFailed)) return BAD_GATEWAY;
  if (contentType !== HTTP_INTEGRATION_TYPE) {
    return { status: 200, headers: [['content-type', contentType]], body, hasFailed };
  }
  const split = await splitPrelude(body);
  return split === undefined ? BAD_GATEWAY : { ...split.head, body: split.body, hasFailed };
}
