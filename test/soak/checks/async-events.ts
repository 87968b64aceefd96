import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { nodePackage } from '../../service/local-service-kit.js';
import { openEventSink } from './event-sink.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke, runLoad } from './load.js';
import type { ServiceHome, ServiceProcess } from './service-process.js';

const SOURCE = nodePackage(`
  export const handler = async ({ id }) => {
    await fetch(process.env.SINK + '/tried-' + id);
    if (Math.random() < 0.3) throw new Error('unlucky');
    await fetch(process.env.SINK + '/done-' + id);
  };`);

export interface AsyncReport {
  readonly delivered: number;
  readonly deadLettered: number;
  /** Events that ended in no way, or in two. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly mostAttempts: number;
}

/** Sends events to a function that fails three times in ten and follows each of them to its end. */
export async function followAsyncEvents(home: ServiceHome, { events }: { events: number }): Promise<AsyncReport> {
  const service = await home.start({ timeScale: 600 });
  const sink = await openEventSink();
  const client = createLoadClient(service.endpoint);
  const dead = await openDeadLetters(service);
  await client.ask({
    method: 'POST',
    path: FUNCTIONS,
    body: functionBody('worker', SOURCE, {
      Environment: { Variables: { SINK: sink.url } },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' },
    }),
  });
  const ids = Array.from({ length: events }, (_, index) => `${index}`);
  await runLoad(events, 16, async (index) => {
    const { status } = await client.ask({
      ...invoke('worker', { id: ids[index] }),
      headers: { 'x-amz-invocation-type': 'Event' },
    });
    if (status !== 202) throw new Error(`an event was answered with ${status}`);
  });
  const isDone = (id: string) => sink.notes.has(`done-${id}`);
  while (!ids.every((id) => isDone(id) || dead.ids.has(id))) await dead.receive();
  const report = {
    delivered: ids.filter(isDone).length,
    deadLettered: ids.filter((id) => dead.ids.has(id)).length,
    lost: ids.filter((id) => !isDone(id) && !dead.ids.has(id)),
    doubled: ids.filter((id) => isDone(id) && dead.ids.has(id)),
    mostAttempts: Math.max(...ids.map((id) => sink.notes.get(`tried-${id}`) ?? 0)),
  };
  dead.close();
  client.close();
  await service.stop();
  await sink.close();
  return report;
}

async function openDeadLetters(service: ServiceProcess) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ endpoint: service.variables.AWS_ENDPOINT_URL_SQS!, region: 'us-east-1', credentials });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const ids = new Set<string>();
  return {
    ids: ids as ReadonlySet<string>,
    async receive(): Promise<void> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = '' } of Messages) ids.add((JSON.parse(Body) as { id: string }).id);
      if (Messages.length === 0) return;
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    },
    close: () => sqs.destroy(),
  };
}
