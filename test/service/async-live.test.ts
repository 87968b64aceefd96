import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/system/package-root.js';
import { createTempFolder } from '../../src/system/temp-folder.js';
import { nodePackage, ROLE } from './local-service-kit.js';
import { killWithDescendants } from './supervisor-kit/process-list.js';

const REGION = 'us-east-1';
const KILLS = 3;
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:000000000000:${name}`;

/** Notes each id in the queue `out`; fails at random, and for ever where the id says so. */
const WORKER = nodePackage(`
  const note = async (id) => {
    const endpoint = process.env.AWS_ENDPOINT_URL_SQS;
    const body = JSON.stringify({ QueueUrl: endpoint + '/000000000000/out', MessageBody: id });
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(await response.text());
  };
  const run = async (id) => {
    if (id.startsWith('bad')) throw new Error('always');
    if (Math.random() < 0.3) throw new Error('unlucky');
    await note(id);
  };
  export const handler = async (event) => {
    if (!event.Records) return run(event.id);
    const batchItemFailures = [];
    for (const { messageId, body } of event.Records) {
      await run(body).catch(() => batchItemFailures.push({ itemIdentifier: messageId }));
    }
    return { batchItemFailures };
  };`);

/** The service on a state folder, made to be killed; tells its endpoints by IPC. */
const PROGRAM = `
  import { startLocalService } from './src/local/index.js';
  const service = await startLocalService({ stateFolder: process.argv[2], region: '${REGION}', timeScale: 600 });
  process.send({ endpoint: service.endpoint, sqs: service.variables.AWS_ENDPOINT_URL_SQS });`;
// Below the package, from where it finds the package's own files and what it depends on.
const programFolder = path.join(packageRoot(), 'node_modules', '.cache', `async-live-${process.pid}`);
const program = path.join(programFolder, 'program.mjs');

interface Endpoints {
  readonly endpoint: string;
  readonly sqs: string;
}

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let child: ChildProcess;
let lambda: LambdaClient;
let sqs: SQSClient;
let base: string;

beforeAll(async () => {
  await build({
    stdin: { contents: PROGRAM, resolveDir: packageRoot() },
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rm(programFolder, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await createTempFolder('async-live');
  await start();
});
afterEach(async () => {
  hangUp();
  await killWithDescendants(child);
  await folder.remove();
});

async function start(): Promise<void> {
  child = fork(program, [path.join(folder.path, 'state')]);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the service ended')));
  // Also when it ends much later, on purpose.
  ended.catch(() => undefined);
  const [endpoints] = (await Promise.race([once(child, 'message'), ended])) as [Endpoints];
  const config = { region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
  lambda = new LambdaClient({ ...config, endpoint: endpoints.endpoint });
  sqs = new SQSClient({ ...config, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false });
  base = `${endpoints.sqs}/000000000000`;
}

function hangUp(): void {
  lambda.destroy();
  sqs.destroy();
}

async function kill(): Promise<void> {
  hangUp();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const createQueue = (QueueName: string, Attributes: Record<string, string> = {}) =>
  sqs.send(new CreateQueueCommand({ QueueName, Attributes }));

/** Receives and keeps the bodies of a queue until `isDone` says that they are all there. */
async function gather(queue: string, into: Map<string, number>, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: `${base}/${queue}`,
        WaitTimeSeconds: 5,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
      }),
    );
    for (const { Body = '' } of Messages) {
      const id = Body.startsWith('{') ? (JSON.parse(Body) as { id: string }).id : Body;
      into.set(id, (into.get(id) ?? 0) + 1);
    }
  }
}

describe('a service that is killed with SIGKILL again and again', () => {
  it('loses no acknowledged event and no message, and dead-letters what always fails', async () => {
    await createQueue('out');
    await createQueue('dead-events');
    await createQueue('dead-messages');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dead-messages'), maxReceiveCount: 3 });
    await createQueue('in', { VisibilityTimeout: '3', RedrivePolicy });
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'worker',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: WORKER },
        DeadLetterConfig: { TargetArn: queueArn('dead-events') },
      }),
    );
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'worker',
        EventSourceArn: queueArn('in'),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
    const events = new Set<string>();
    const messages = new Set<string>();
    for (let life = 0; life <= KILLS; life += 1) {
      if (life > 0) {
        await kill();
        await start();
      }
      const sends = Array.from({ length: 20 }, async (_, index) => {
        const id = `${index % 10 === 0 ? 'bad' : 'ok'}-${life}-${index}`;
        const Payload = JSON.stringify({ id: `${id}-event` });
        await lambda.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload }));
        events.add(`${id}-event`);
        await sqs.send(new SendMessageCommand({ QueueUrl: `${base}/in`, MessageBody: `${id}-message` }));
        messages.add(`${id}-message`);
      });
      // The last life lives on; the others end while the second half is on its way.
      if (life === KILLS) await Promise.all(sends);
      else {
        await Promise.all(sends.slice(0, 10));
        for (const late of sends.slice(10)) late.catch(() => undefined);
      }
    }
    const out = new Map<string, number>();
    const dead = new Map<string, number>();
    const acknowledged = [...events, ...messages];
    const isEnded = (id: string) => out.has(id) || dead.has(id);
    const isDone = () => acknowledged.every(isEnded);
    await Promise.all([
      gather('out', out, isDone),
      gather('dead-events', dead, isDone),
      gather('dead-messages', dead, isDone),
    ]);
    const always = acknowledged.filter((id) => id.startsWith('bad'));
    expect(always.filter((id) => out.has(id) || !dead.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThanOrEqual((KILLS + 1) * 20);
  }, 150_000);
});
