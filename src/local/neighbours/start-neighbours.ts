import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { DestinationDelivery } from '../core/async/async-ports.js';
import type { Clock } from '../core/ports.js';
import { serveBucketNotifications } from './bucket-notifications.js';
import { createDestinationDelivery } from './destination-delivery.js';
import { appendToEventBusLog } from './event-bus-log.js';
import { openFauxqs } from './fauxqs-door.js';
import { type LazyBackend, openLoopbackFront } from './loopback-front.js';
import { serveMessageTraceHeaders } from './message-trace-headers.js';
import { createNeighbourClients, type NeighbourClients } from './neighbour-clients.js';
import { createQueueDoor } from './queue-door.js';
import { createTargetSender, type InvokeFunctionAsync, type SendToTarget } from './target-sender.js';
import { serveFunctionSubscriptions } from './topic-subscriptions.js';

export interface NeighboursOptions {
  /** Where queues, topics, buckets and the event bus log live. */
  readonly folder: string;
  /** Region of requests that do not say theirs. */
  readonly region: string;
  readonly clock: Clock;
  /** Puts an event into the asynchronous queue of a function. */
  readonly invokeFunction: InvokeFunctionAsync;
  /** 0, the default, takes any free port of 127.0.0.1. */
  readonly port?: number;
  /** A topic or bucket could not tell its target. */
  readonly onFailure?: (targetArn: string, error: unknown) => void;
}

/** The running local S3, SQS and SNS. */
export interface Neighbours {
  /** `http://127.0.0.1:port` for all three. */
  readonly endpoint: string;
  readonly clients: NeighbourClients;
  /** Answers a request to one of them that came to another door. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** For the pollers of event source mappings. */
  readonly queues: ReturnType<typeof createQueueDoor>;
  /** Sends a message to any ARN that can take one. */
  readonly send: SendToTarget;
  /** For the asynchronous queue. */
  readonly delivery: DestinationDelivery;
  /** File with one line of JSON for each event that went to EventBridge. */
  readonly eventBusLog: string;
  /** `AWS_ENDPOINT_URL_*` for function processes and for the user's own shell. */
  readonly variables: Readonly<Record<string, string>>;
  dispose(): Promise<void>;
}

/**
 * Opens the door of the local S3, SQS and SNS. Only a socket at first: what is behind it (40 MB and a
 * third of a second) is loaded with the first request.
 */
export async function startNeighbours(options: NeighboursOptions): Promise<Neighbours> {
  const { folder, region, clock, invokeFunction, onFailure = () => undefined } = options;
  const front = await openLoopbackFront(options.port ?? 0, loadBackend);
  const endpoint = `http://127.0.0.1:${front.port}`;
  const clients = createNeighbourClients(endpoint);
  const send = createTargetSender({ endpoint, clients, invokeFunction });
  const eventBusLog = path.join(folder, 'event-bus.jsonl');

  async function loadBackend(): Promise<LazyBackend> {
    const door = await openFauxqs(folder, region);
    serveMessageTraceHeaders(door);
    serveFunctionSubscriptions(door, { invokeFunction, now: () => clock.now(), onFailure });
    await serveBucketNotifications(door, { folder, region, send, onFailure });
    await door.app.ready();
    return {
      answer: (request, response) => void door.app.server.emit('request', request, response),
      dispose: () => door.dispose(),
    };
  }

  return {
    endpoint,
    clients,
    answer: async (request, response) => (await front.load()).answer(request, response),
    queues: createQueueDoor(endpoint, clients),
    send,
    delivery: createDestinationDelivery({ clock, send, putEvent: (event) => appendToEventBusLog(eventBusLog, event) }),
    eventBusLog,
    variables: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL_SQS: endpoint,
      AWS_ENDPOINT_URL_SNS: endpoint,
    },
    async dispose() {
      clients.dispose();
      await front.dispose();
    },
  };
}
