import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerOf, readRequestBody, sendJson } from '../../system/http-exchange.js';
import { ApiRefusal, type TelemetrySource } from '../core/environment-api.js';
import type { Clock } from '../core/ports.js';
import { refusalReply } from '../core/refusal-reply.js';
import { type ApiDialect, LOGS_DIALECT, TELEMETRY_DIALECT } from './api-dialect.js';
import { createDelivery } from './delivery.js';
import { formRecords, type RecordForm } from './record-forms.js';
import { Subscriber } from './subscriber.js';
import { parseSubscription } from './subscription-request.js';

export interface TelemetryApiOptions {
  readonly source: TelemetrySource;
  readonly clock: Clock;
}

/** Telemetry API 2022-07-01 and Logs API 2020-08-15 of one environment. */
export interface TelemetryApi {
  /** Answers the paths of both APIs; returns false for every other path. */
  readonly router: (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
  /** Delivers at once what is buffered. Resolves when everybody has it, or when a subscriber takes too long. */
  flush(): Promise<void>;
  /** Ends all deliveries. Idempotent. */
  dispose(): void;
}

interface Subscription {
  readonly dialect: ApiDialect;
  readonly subscriber: Subscriber;
  end(): void;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** A share of the two seconds that extensions have for the shutdown phase; they need the rest themselves. */
const FLUSH_LIMIT_MS = 500;

/** Serves both APIs and delivers the events of the environment until it is disposed. */
export function createTelemetryApi(options: TelemetryApiOptions): TelemetryApi {
  const { source } = options;
  const subscriptions = new Map<string, Subscription>();
  const endAll = () => {
    for (const subscription of subscriptions.values()) subscription.end();
    subscriptions.clear();
  };
  const stopWatching = source.onShutdown((moment) => {
    if (moment === 'is-over') return endAll();
    for (const { subscriber } of subscriptions.values()) subscriber.hurry();
  });
  const subscribe = (name: string, body: Uint8Array, dialect: ApiDialect) => {
    const previous = subscriptions.get(name);
    const subscription = openSubscription({ ...options, name, body, dialect, previous });
    subscriptions.set(name, subscription.opened);
    source.emit({
      type: 'platform.telemetrySubscription',
      name,
      state: 'Subscribed',
      types: subscription.types,
      api: dialect.name,
    });
  };

  return {
    router(request, response, path) {
      const dialect = dialectOf(path);
      if (dialect === undefined) return false;
      if (request.method === 'PUT') void answer({ request, response, dialect, source, subscribe });
      else response.writeHead(405, { Allow: 'PUT', 'Content-Length': 0 }).end();
      return true;
    },
    flush() {
      const flushed = Promise.all([...subscriptions.values()].map(({ subscriber }) => subscriber.flush()));
      return withLimit(options.clock, FLUSH_LIMIT_MS, flushed);
    },
    dispose() {
      stopWatching();
      endAll();
    },
  };
}

/** The guide writes both paths with a slash at the end as well. */
function dialectOf(path: string): ApiDialect | undefined {
  const plain = path.endsWith('/') ? path.slice(0, -1) : path;
  return [TELEMETRY_DIALECT, LOGS_DIALECT].find((dialect) => dialect.path === plain);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly dialect: ApiDialect;
  readonly source: TelemetrySource;
  subscribe(name: string, body: Uint8Array, dialect: ApiDialect): void;
}

async function answer({ request, response, dialect, source, subscribe }: Exchange): Promise<void> {
  try {
    const body = await readRequestBody(request, MAX_BODY_BYTES);
    const name = source.extensionName(headerOf(request, 'lambda-extension-identifier'));
    if (!source.isSubscriptionOpen) {
      throw new ApiRefusal(403, dialect.closedErrorType, `${dialect.title} subscription is closed`);
    }
    if (typeof body === 'string') {
      throw new ApiRefusal(400, dialect.validationErrorType, `the request body is ${body.replace('-', ' ')}`);
    }
    subscribe(name, body, dialect);
    sendJson(response, 200, 'OK');
  } catch (error) {
    // Nobody is left to read a reply after a hang-up.
    if (response.destroyed || response.headersSent) return;
    const { status, body } = refusalReply(error);
    sendJson(response, status, body);
  }
}

interface Opening extends TelemetryApiOptions {
  readonly name: string;
  readonly body: Uint8Array;
  readonly dialect: ApiDialect;
  readonly previous: Subscription | undefined;
}

/** Checks the request, ends the subscription that it replaces and starts the new one with all events so far. */
function openSubscription({ source, clock, ...opening }: Opening) {
  const { name, dialect, previous } = opening;
  const request = parseSubscription(opening.body, dialect);
  if (previous !== undefined && previous.dialect !== dialect) {
    const reason = `${name} has subscribed through the ${previous.dialect.title} already`;
    throw new ApiRefusal(400, dialect.validationErrorType, reason);
  }
  previous?.end();
  const subscriber = new Subscriber({
    buffering: request.buffering,
    delivery: createDelivery(request.destination),
    clock,
    onDropped: ({ records, bytes }) =>
      source.emit({
        type: 'platform.logsDropped',
        reason: dialect.droppedReason,
        droppedRecords: records,
        droppedBytes: bytes,
      }),
  });
  const form: RecordForm = { ...request, api: dialect.name, logFormat: source.logFormat, identity: source.identity };
  const unsubscribe = source.subscribe((event) => {
    for (const record of formRecords(event, form)) subscriber.add(record);
  });
  const end = () => {
    unsubscribe();
    subscriber.stop();
  };
  return { types: request.types, opened: { dialect, subscriber, end } };
}

function withLimit(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(limitMs, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}
