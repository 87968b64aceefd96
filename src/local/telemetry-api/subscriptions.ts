import { ApiRefusal, type TelemetrySource } from '../core/environment-api.js';
import type { Clock } from '../core/ports.js';
import type { ApiDialect } from './api-dialect.js';
import { createDelivery } from './delivery.js';
import { formRecords, type RecordForm } from './record-forms.js';
import { Subscriber } from './subscriber.js';
import type { SubscriptionRequest } from './subscription-request.js';

interface Subscription {
  readonly dialect: ApiDialect;
  readonly subscriber: Subscriber;
  /** Stops the stream of events. */
  unsubscribe(): void;
}

/** A share of the two seconds that extensions have for the shutdown phase; they need the rest themselves. */
const FLUSH_LIMIT_MS = 500;

/** The subscriptions of one environment, at most one per extension. */
export class Subscriptions {
  readonly #byExtension = new Map<string, Subscription>();

  constructor(
    private readonly source: TelemetrySource,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a subscription with all events so far; it replaces an earlier one of the same extension.
   * @throws ApiRefusal when the extension has subscribed through the other API
   */
  open(extensionName: string, request: SubscriptionRequest, dialect: ApiDialect): void {
    const previous = this.#byExtension.get(extensionName);
    if (previous !== undefined && previous.dialect !== dialect) {
      const reason = `${extensionName} has subscribed through the ${previous.dialect.title} already`;
      throw new ApiRefusal(400, dialect.validationErrorType, reason);
    }
    if (previous !== undefined) close(previous);
    const subscriber = this.#createSubscriber(request, dialect);
    const { logFormat, identity } = this.source;
    const form: RecordForm = { ...request, api: dialect.name, logFormat, identity };
    const unsubscribe = this.source.subscribe((event) => {
      for (const record of formRecords(event, form)) subscriber.add(record);
    });
    this.#byExtension.set(extensionName, { dialect, subscriber, unsubscribe });
    const { types } = request;
    const api = dialect.name;
    this.source.emit({ type: 'platform.telemetrySubscription', name: extensionName, state: 'Subscribed', types, api });
  }

  /** From now on everything is delivered at once; for the shutdown phase. */
  hurry(): void {
    for (const { subscriber } of this.#byExtension.values()) subscriber.hurry();
  }

  /** Delivers at once what is buffered. Resolves when everybody has it, or when a subscriber takes too long. */
  flush(): Promise<void> {
    const flushed = Promise.all([...this.#byExtension.values()].map(({ subscriber }) => subscriber.flush()));
    return new Promise((resolve) => {
      const cancel = this.clock.schedule(FLUSH_LIMIT_MS, resolve);
      void flushed.finally(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Ends all of them and gives up what is not delivered. Extensions may subscribe again. Idempotent. */
  closeAll(): void {
    for (const subscription of this.#byExtension.values()) close(subscription);
    this.#byExtension.clear();
  }

  #createSubscriber(
    { buffering, destination }: SubscriptionRequest,
    { droppedReason: reason }: ApiDialect,
  ): Subscriber {
    return new Subscriber({
      buffering,
      delivery: createDelivery(destination),
      clock: this.clock,
      onDropped: ({ records: droppedRecords, bytes: droppedBytes }) =>
        this.source.emit({ type: 'platform.logsDropped', reason, droppedRecords, droppedBytes }),
    });
  }
}

function close({ subscriber, unsubscribe }: Subscription): void {
  unsubscribe();
  subscriber.stop();
}
