import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerOf, readRequestBody, sendJson } from '../../system/http-exchange.js';
import { ApiRefusal, type TelemetrySource } from '../core/environment-api.js';
import type { Clock } from '../core/ports.js';
import { refusalReply } from '../core/refusal-reply.js';
import { type ApiDialect, LOGS_DIALECT, TELEMETRY_DIALECT } from './api-dialect.js';
import { parseSubscription } from './subscription-request.js';
import { Subscriptions } from './subscriptions.js';

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

const MAX_BODY_BYTES = 1024 * 1024;

/** Serves both APIs and delivers the events of the environment until it is disposed. */
export function createTelemetryApi({ source, clock }: TelemetryApiOptions): TelemetryApi {
  const subscriptions = new Subscriptions(source, clock);
  const stopWatching = source.onShutdown((moment) => {
    if (moment === 'begins') subscriptions.hurry();
    else subscriptions.closeAll();
  });
  return {
    router(request, response, path) {
      const dialect = dialectOf(path);
      if (dialect === undefined) return false;
      if (request.method === 'PUT') void answer({ request, response, dialect, source, subscriptions });
      else response.writeHead(405, { Allow: 'PUT', 'Content-Length': 0 }).end();
      return true;
    },
    flush: () => subscriptions.flush(),
    dispose() {
      stopWatching();
      subscriptions.closeAll();
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
  readonly subscriptions: Subscriptions;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  try {
    subscribe(exchange, await readRequestBody(request, MAX_BODY_BYTES));
    sendJson(response, 200, 'OK');
  } catch (error) {
    // Nobody is left to read a reply after a hang-up.
    if (response.destroyed || response.headersSent) return;
    const { status, body } = refusalReply(error);
    sendJson(response, status, body);
  }
}

/** @throws ApiRefusal */
function subscribe({ request, dialect, source, subscriptions }: Exchange, body: Buffer | string): void {
  const extensionName = source.extensionName(headerOf(request, 'lambda-extension-identifier'));
  if (!source.isSubscriptionOpen) {
    throw new ApiRefusal(403, dialect.closedErrorType, `${dialect.title} subscription is closed`);
  }
  if (typeof body === 'string') {
    throw new ApiRefusal(400, dialect.validationErrorType, `the request body is ${body.replace('-', ' ')}`);
  }
  subscriptions.open(extensionName, parseSubscription(body, dialect), dialect);
}
