import type { FauxqsDoor, FauxqsReply, FauxqsRequest, SnsAttribute, SnsSubscription } from './fauxqs-door.js';
import { traceHeaderOf } from './message-trace-headers.js';
import type { InvokeFunctionAsync } from './target-sender.js';

interface Publication {
  readonly topicArn: string;
  readonly messageId: string;
  readonly message: string;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, SnsAttribute>>;
  /** Of the request that published it. */
  readonly traceHeader: string | undefined;
}

export interface TopicSubscriptionDeps {
  readonly invokeFunction: InvokeFunctionAsync;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A function could not be started. */
  readonly onFailure: (functionArn: string, error: unknown) => void;
}

/** Adds the delivery to `lambda` subscriptions, which fauxqs accepts and stores but does not serve. */
export function serveFunctionSubscriptions(door: FauxqsDoor, deps: TopicSubscriptionDeps): void {
  door.app.addHook('onSend', async (request, reply, payload) => {
    if (isSnsCall(request, reply) && typeof payload === 'string') {
      const params = request.body as Readonly<Record<string, string>>;
      if (params.Action === 'Subscribe') confirm(door, payload);
      else {
        for (const publication of publicationsOf(params, payload, traceHeaderOf(request)))
          deliver(door, publication, deps);
      }
    }
    return payload;
  });
}

function isSnsCall(request: FauxqsRequest, reply: FauxqsReply): boolean {
  return (
    request.method === 'POST' &&
    reply.statusCode === 200 &&
    typeof request.body === 'object' &&
    request.body !== null &&
    'Action' in request.body
  );
}

/** A function needs no confirmation (SNS developer guide, "Lambda endpoints"). */
function confirm(door: FauxqsDoor, response: string): void {
  const arn = /<SubscriptionArn>([^<]+)</.exec(response)?.[1];
  const subscription = arn === undefined ? undefined : door.sns.getSubscription(arn);
  if (subscription?.protocol === 'lambda') subscription.confirmed = true;
}

function publicationsOf(
  params: Readonly<Record<string, string>>,
  response: string,
  traceHeader: string | undefined,
): Publication[] {
  const topicArn = params.TopicArn ?? '';
  const one = (prefix: string, messageId: string): Publication => ({
    topicArn,
    messageId,
    message: params[`${prefix}Message`] ?? '',
    subject: params[`${prefix}Subject`],
    attributes: attributesOf(params, `${prefix}MessageAttributes.entry.`),
    traceHeader,
  });
  if (params.Action === 'Publish') {
    const messageId = /<MessageId>([^<]+)</.exec(response)?.[1];
    return messageId === undefined ? [] : [one('', messageId)];
  }
  if (params.Action !== 'PublishBatch') return [];
  const prefixes = new Map(
    Object.entries(params).flatMap(([name, value]) => {
      const prefix = /^(PublishBatchRequestEntries\.member\.\d+\.)Id$/.exec(name)?.[1];
      return prefix === undefined ? [] : [[value, prefix] as const];
    }),
  );
  return [...response.matchAll(/<Id>([^<]+)<\/Id><MessageId>([^<]+)</g)].flatMap(([, id = '', messageId = '']) => {
    const prefix = prefixes.get(id);
    return prefix === undefined ? [] : [one(prefix, messageId)];
  });
}

function attributesOf(params: Readonly<Record<string, string>>, prefix: string): Record<string, SnsAttribute> {
  const attributes: Record<string, SnsAttribute> = {};
  for (let index = 1; ; index += 1) {
    const name = params[`${prefix}${index}.Name`];
    if (name === undefined) return attributes;
    const text = params[`${prefix}${index}.Value.StringValue`];
    const binary = params[`${prefix}${index}.Value.BinaryValue`];
    attributes[name] = {
      DataType: params[`${prefix}${index}.Value.DataType`] ?? 'String',
      ...(text !== undefined && { StringValue: text }),
      ...(binary !== undefined && { BinaryValue: binary }),
    };
  }
}

function deliver(door: FauxqsDoor, publication: Publication, deps: TopicSubscriptionDeps): void {
  for (const arn of door.sns.getTopic(publication.topicArn)?.subscriptionArns ?? []) {
    const subscription = door.sns.getSubscription(arn);
    if (subscription?.protocol !== 'lambda' || !passesFilter(door, subscription, publication)) continue;
    const payload = Buffer.from(JSON.stringify(snsEvent(subscription, publication, deps.now())));
    deps
      .invokeFunction({
        functionArn: subscription.endpoint,
        payload,
        ...(publication.traceHeader !== undefined && { traceHeader: publication.traceHeader }),
      })
      .catch((error: unknown) => deps.onFailure(subscription.endpoint, error));
  }
}

function passesFilter(door: FauxqsDoor, { attributes }: SnsSubscription, publication: Publication): boolean {
  if (attributes.FilterPolicy === undefined) return true;
  const policy = JSON.parse(attributes.FilterPolicy) as Record<string, unknown>;
  return attributes.FilterPolicyScope === 'MessageBody'
    ? door.matchesFilterPolicyOnBody(policy, publication.message)
    : door.matchesFilterPolicy(policy, publication.attributes);
}

/** The event of the page "Using Lambda with Amazon SNS" in the Lambda developer guide. */
function snsEvent(subscription: SnsSubscription, publication: Publication, nowMs: number): object {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: publication.messageId,
          TopicArn: publication.topicArn,
          Subject: publication.subject ?? null,
          Message: publication.message,
          Timestamp: new Date(nowMs).toISOString(),
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: 'EXAMPLE',
          UnsubscribeUrl: 'EXAMPLE',
          MessageAttributes: Object.fromEntries(
            Object.entries(publication.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
              name,
              { Type: DataType, Value: StringValue ?? BinaryValue ?? '' },
            ]),
          ),
        },
      },
    ],
  };
}
