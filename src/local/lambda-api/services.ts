import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { HttpReply } from '../../system/http-exchange.js';
import type { RuleContext } from '../core/catalog/records.js';
import type { FunctionDirectory } from '../core/function-directory.js';
import type { Dispatcher } from '../core/invocation.js';
import type { TraceSampling } from '../core/trace-sampling.js';
import type { ServiceState } from '../store/service-state.js';
import type { ProvisionedEnvironments } from './provisioned-environments.js';
import type { OperationInput } from './read-input.js';
import type { OperationOutput } from './write-output.js';

/** An asynchronous invocation that was checked and waits to be acknowledged. */
export interface QueuedEvent {
  readonly requestId: string;
  readonly functionName: string;
  /** Unqualified. */
  readonly functionArn: string;
  readonly qualifier: string | undefined;
  readonly region: string;
  readonly payload: Uint8Array;
  readonly traceHeader: string;
  /** Whose event it is, for a function with tenant isolation. */
  readonly tenantId?: string;
}

/** Where a deployment package lies in S3. */
export interface S3Object {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly version: string | undefined;
}

/** What the handlers of the Lambda API need. */
export interface ApiServices {
  readonly state: ServiceState;
  readonly dispatcher: Dispatcher;
  readonly directory: FunctionDirectory;
  readonly provisioned: ProvisionedEnvironments;
  readonly accountId: string;
  /** Epoch milliseconds. */
  now(): number;
  newId(): string;
  /** Where the caller has not decided whether a run is traced. */
  readonly isTraceSampled: TraceSampling;
  /** How long functions stay Pending or InProgress. */
  readonly transitionMs: number;
  readonly concurrentExecutions: number;
  /** What all packages and layers of a region may weigh together. */
  readonly totalCodeBytes: number;
  /** Resolves when the event would survive a kill of the service. */
  enqueue(event: QueuedEvent): Promise<void>;
  /** Reads a deployment package from S3; throws ApiError in AWS's words. */
  fetchObject(object: S3Object): Promise<Buffer>;
  /** The address of a function URL, for a caller that reached us at `endpoint`. */
  functionUrlOf(endpoint: string, urlId: string): string;
  /** Throws ApiError in AWS's words when a mapping's queue does not exist or hides its messages for less than the function may run. */
  checkEventSource(
    region: string,
    settings: Readonly<Record<string, unknown>>,
    functionTimeoutSeconds: number,
  ): Promise<void>;
  /** LastProcessingResult of a mapping, once it processed something. */
  processingResultOf(uuid: string): string | undefined;
  /** Told after event source mappings changed. */
  onEventSourceMappingsChanged(): void;
}

/** One request to the API. */
export interface ApiCall {
  readonly region: string;
  readonly requestId: string;
  /** `http://host:port` under which the caller reached us. */
  readonly endpoint: string;
  readonly headers: IncomingHttpHeaders;
  /** Length of the request's body as it was sent, also where reading stopped at a limit. */
  readonly bodyLength: number;
}

/** An answer that goes out as it is: a payload passes through byte for byte. */
export class RawReply implements HttpReply {
  constructor(
    readonly status: number,
    readonly headers: HttpReply['headers'],
    readonly body: Uint8Array,
  ) {}
}

/** Writes an answer piece by piece, its head included. */
export type StreamedReply = (response: ServerResponse) => Promise<void>;

/** What answers an operation: its members, or what goes out in their place. */
export type Answer = OperationOutput | RawReply | StreamedReply;

export type Handler = (input: OperationInput, call: ApiCall) => Promise<Answer>;

/** Handlers by operation name. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * Lets a handler name the SDK's type of its input. The members were read and checked by the same
 * operation schema that the type was generated from.
 */
export function handler<Input>(answer: (input: Input, call: ApiCall) => Promise<Answer> | Answer): Handler {
  return async (input, call) => answer(input as Input, call);
}

/** The moment and the caller, as the rules want them. */
export function ruleContext(services: ApiServices, call: Pick<ApiCall, 'region'>): RuleContext {
  return {
    region: call.region,
    accountId: services.accountId,
    now: services.now(),
    newId: () => services.newId(),
    transitionMs: services.transitionMs,
  };
}
