import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { nodePackage } from '../../service/local-service-kit.js';
import { type EventSink, openEventSink } from './event-sink.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, type LoadClient } from './load.js';
import type { ServiceHome, ServiceProcess } from './service-process.js';

const QUEUES = 'arn:aws:sqs:us-east-1:000000000000';
const MAX_RECEIVES = 3;
/** Every fifth message fails whenever it is received. */
const isPoison = (id: string) => Number(id.slice(id.indexOf('-') + 1)) % 5 === 0;

const EVENTS_SOURCE = nodePackage(`
  export const handler = async ({ id }) => {
    if (Math.random() < 0.3) throw new Error('unlucky');
    await fetch(process.env.SINK + '/done-' + id);
  };`);

/** Reports the messages that fail, and notes every receipt with its number. */
const MESSAGES_SOURCE = nodePackage(`
  export const handler = async ({ Records }) => {
    const batchItemFailures = [];
    await Promise.all(Records.map(async ({ messageId, body, attributes }) => {
      const { id, isPoison } = JSON.parse(body);
      await fetch(process.env.SINK + '/received-' + id + '-' + attributes.ApproximateReceiveCount);
      if (isPoison) batchItemFailures.push({ itemIdentifier: messageId });
      else await fetch(process.env.SINK + '/handled-' + id);
    }));
    return { batchItemFailures };
  };`);

export interface KilledQueuesReport {
  readonly kills: number;
  readonly events: Ends;
  readonly messages: Ends & {
    readonly poison: number;
    /** Poison messages that reached the dead-letter queue. */
    readonly poisonDead: number;
    /** Sound messages that kills cut off at their last receipt, too. */
    readonly soundDead: number;
    readonly mostReceives: number;
    /** Poison messages of the last life, which nothing kills, and how many of them the function saw three times. */
    readonly calm: number;
    readonly calmSeenThreeTimes: number;
  };
}

/** How acknowledged events or messages ended. */
export interface Ends {
  readonly acknowledged: number;
  readonly done: number;
  readonly dead: number;
  readonly lost: readonly string[];
  /** Runs beyond the first that succeeded for the same event or message. */
  readonly duplicates: number;
}

/**
 * Sends asynchronous events and messages of a queue while the service is killed again and again, and follows all that was
 * acknowledged to its end in the last life.
 */
export async function followThroughKills(
  home: ServiceHome,
  { events, messages, kills, everyMs }: { events: number; messages: number; kills: number; everyMs: number },
): Promise<KilledQueuesReport> {
  const sink = await openEventSink();
  const acknowledged = { events: new Set<string>(), messages: new Set<string>() };
  for (let life = 0; life < kills; life += 1) {
    const service = await home.start({ timeScale: 60 });
    const client = createLoadClient(service.endpoint);
    const sqs = queueClient(service);
    if (life === 0) await prepare(client, sqs, sink.url);
    const killed = new Promise<void>((resolve) => setTimeout(resolve, everyMs)).then(() => service.kill());
    // What the kill cuts off was not acknowledged, whatever became of it.
    await Promise.allSettled([
      sendEvents(client, ids(life, Math.ceil(events / kills)), acknowledged.events),
      sendMessages(sqs, ids(life, Math.ceil(messages / kills)), acknowledged.messages),
    ]);
    await killed;
    client.close();
    sqs.destroy();
  }
  const service = await home.start({ timeScale: 60 });
  await sendWhatIsLeft(service, { events, messages, kills }, acknowledged);
  const calm = Array.from({ length: 20 }, (_, index) => `calm-${index * 5}`);
  const sqs = queueClient(service);
  await sendMessages(sqs, calm, acknowledged.messages);
  sqs.destroy();
  const dead = await drain(service, sink, acknowledged);
  await service.stop();
  await sink.close();
  const poison = [...acknowledged.messages].filter(isPoison);
  return {
    kills,
    events: endsOf(acknowledged.events, (id) => sink.notes.get(`done-${id}`) ?? 0, dead.events),
    messages: {
      ...endsOf(acknowledged.messages, (id) => sink.notes.get(`handled-${id}`) ?? 0, dead.messages),
      poison: poison.length,
      poisonDead: poison.filter((id) => dead.messages.has(id)).length,
      soundDead: [...dead.messages].filter((id) => !isPoison(id)).length,
      mostReceives: Math.max(...receiptsIn(sink)),
      calm: calm.length,
      calmSeenThreeTimes: calm.filter((id) => [1, 2, 3].every((n) => sink.notes.get(`received-${id}-${n}`) === 1))
        .length,
    },
  };
}

/** What no life acknowledged is sent again, in the calm of the last one; what was accepted all the same comes twice. */
async function sendWhatIsLeft(
  service: ServiceProcess,
  { events, messages, kills }: { readonly events: number; readonly messages: number; readonly kills: number },
  acknowledged: { readonly events: Set<string>; readonly messages: Set<string> },
): Promise<void> {
  const lives = Array.from({ length: kills }, (_, life) => life);
  const left = (count: number, known: ReadonlySet<string>) =>
    lives.flatMap((life) => ids(life, Math.ceil(count / kills))).filter((id) => !known.has(id));
  const client = createLoadClient(service.endpoint);
  const sqs = queueClient(service);
  await sendEvents(client, left(events, acknowledged.events), acknowledged.events);
  await sendMessages(sqs, left(messages, acknowledged.messages), acknowledged.messages);
  client.close();
  sqs.destroy();
}

function ids(life: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${life}-${index}`);
}

function queueClient(service: ServiceProcess): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const endpoint = service.variables.AWS_ENDPOINT_URL_SQS!;
  return new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1, useQueueUrlAsEndpoint: false });
}

/** Addresses change with each life; the path is the same. */
const urlOf = (name: string) => `http://localhost/000000000000/${name}`;

async function prepare(client: LoadClient, sqs: SQSClient, sinkUrl: string): Promise<void> {
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead-events' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead-messages' }));
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: `${QUEUES}:dead-messages`,
    maxReceiveCount: MAX_RECEIVES,
  });
  const Attributes = { VisibilityTimeout: '3', RedrivePolicy };
  await sqs.send(new CreateQueueCommand({ QueueName: 'messages', Attributes }));
  const Environment = { Variables: { SINK: sinkUrl } };
  const DeadLetterConfig = { TargetArn: `${QUEUES}:dead-events` };
  const create = (body: object) => client.ask({ method: 'POST', path: FUNCTIONS, body });
  await create(functionBody('events', EVENTS_SOURCE, { Environment, DeadLetterConfig }));
  await create(functionBody('messages', MESSAGES_SOURCE, { Environment }));
  await client.ask({
    method: 'POST',
    path: '/2015-03-31/event-source-mappings',
    body: {
      FunctionName: 'messages',
      EventSourceArn: `${QUEUES}:messages`,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  });
}

async function sendEvents(client: LoadClient, ids: readonly string[], acknowledged: Set<string>): Promise<void> {
  const headers = { 'x-amz-invocation-type': 'Event' };
  await Promise.all(
    ids.map(async (id) => {
      const { status } = await client.send({ ...invoke('events', { id }), headers });
      if (status === 202) acknowledged.add(id);
    }),
  );
}

async function sendMessages(sqs: SQSClient, ids: readonly string[], acknowledged: Set<string>): Promise<void> {
  for (let start = 0; start < ids.length; start += 10) {
    const Entries = ids.slice(start, start + 10).map((id) => ({
      Id: id,
      MessageBody: JSON.stringify({ id, isPoison: isPoison(id) }),
    }));
    const { Successful = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf('messages'), Entries }));
    for (const { Id = '' } of Successful) acknowledged.add(Id);
  }
}

interface Acknowledged {
  readonly events: ReadonlySet<string>;
  readonly messages: ReadonlySet<string>;
}

/** Rounds of two seconds without any news after which what has not ended is lost. */
const QUIET_ROUNDS = 60;

/** Reads both dead-letter queues until everything has ended one way or the other, or nothing happens any more. */
async function drain(service: ServiceProcess, sink: EventSink, acknowledged: Acknowledged): Promise<Acknowledged> {
  const sqs = queueClient(service);
  const dead = { events: new Set<string>(), messages: new Set<string>() };
  const isOver = () =>
    [...acknowledged.events].every((id) => sink.notes.has(`done-${id}`) || dead.events.has(id)) &&
    [...acknowledged.messages].every((id) =>
      isPoison(id) ? dead.messages.has(id) : sink.notes.has(`handled-${id}`) || dead.messages.has(id),
    );
  const news = () => [sink.notes.size, dead.events.size, dead.messages.size].join();
  for (let quiet = 0, before = news(); !isOver() && quiet < QUIET_ROUNDS; quiet += 1) {
    await receiveInto(sqs, 'dead-events', dead.events);
    await receiveInto(sqs, 'dead-messages', dead.messages);
    if (news() !== before) quiet = 0;
    before = news();
  }
  sqs.destroy();
  return dead;
}

async function receiveInto(sqs: SQSClient, queue: string, ids: Set<string>): Promise<void> {
  const QueueUrl = urlOf(queue);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  for (const { Body = '' } of Messages) ids.add((JSON.parse(Body) as { id: string }).id);
  if (Messages.length === 0) return;
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

function endsOf(acknowledged: ReadonlySet<string>, timesDone: (id: string) => number, dead: ReadonlySet<string>): Ends {
  const all = [...acknowledged];
  return {
    acknowledged: all.length,
    done: all.filter((id) => timesDone(id) > 0).length,
    dead: all.filter((id) => dead.has(id)).length,
    lost: all.filter((id) => timesDone(id) === 0 && !dead.has(id)),
    duplicates: all.reduce((sum, id) => sum + Math.max(0, timesDone(id) - 1), 0),
  };
}

function receiptsIn(sink: EventSink): readonly number[] {
  return [...sink.notes.keys()]
    .filter((note) => note.startsWith('received-'))
    .map((note) => Number(note.split('-').at(-1)));
}
