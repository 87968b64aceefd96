import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createEventSource,
  listEventSources,
  showEventSource,
  updateEventSource,
} from '../../src/actions/event-sources/manage-event-sources.js';
import { createKit, createProject, onlyResult, projectFile, writeFiles } from './deploy-kit.js';
import { startTestService, type TestService } from './local-service-kit.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  await service.dispose();
});

let number = 0;

async function functionAndQueue(timeout: number, visibility: number, more: object = {}) {
  const name = `sourced-${++number}`;
  const settings = { functionName: name, timeout, ...more };
  const folder = createProject(settings);
  const kit = createKit({ folder, endpoint: service.endpoint });
  const { sqs } = await kit.context.neighbours();
  const { QueueUrl } = await sqs!.createQueue({
    QueueName: name,
    Attributes: { VisibilityTimeout: String(visibility) },
  });
  const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
  return { name, settings, folder, kit, sqs: sqs!, QueueUrl, arn };
}

describe('an event source', () => {
  it('is made with a warning that names both numbers, and told with what is waiting', async () => {
    const { name, kit, sqs, QueueUrl, arn } = await functionAndQueue(20, 30);
    onlyResult(await kit.deploy());
    const created = await createEventSource('hello', { eventSourceArn: arn, enabled: false }, kit.context);
    const warning = `the queue ${name} hides a message for 30 s; AWS advises six times the timeout of ${name} (20 s), that is 120 s`;
    expect(created).toMatchObject({ eventSourceArn: arn, warnings: [warning] });
    expect(kit.events).toContainEqual({ kind: 'warning', subject: name, text: warning });
    await sqs.sendMessageBatch({
      QueueUrl,
      Entries: [1, 2, 3].map((id) => ({ Id: String(id), MessageBody: '{}' })),
    });
    await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 1 });
    const [listed] = await listEventSources({ target: 'hello', withLag: true }, kit.context);
    expect(listed).toMatchObject({
      uuid: created.uuid,
      lag: { waiting: 2, inFlight: 1, delayed: 0 },
    });
    expect((await showEventSource(String(created.uuid), kit.context)).lag).toEqual(listed?.lag);
    const plain = createKit({ folder: createProject(), endpoint: service.endpoint });
    const [bare] = await listEventSources({ eventSourceArn: arn, withLag: false }, plain.context);
    expect(bare).not.toHaveProperty('lag');
    expect(plain.operations).toEqual(['ListEventSourceMappings']);
    const changed = await updateEventSource(
      { uuid: String(created.uuid), settings: { functionResponseTypes: ['ReportBatchItemFailures'] } },
      kit.context,
    );
    expect(changed.functionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  it('is refused before the call where a message would come again while it is worked on', async () => {
    const { kit, arn } = await functionAndQueue(40, 30);
    onlyResult(await kit.deploy());
    const before = kit.operations.length;
    await expect(createEventSource('hello', { eventSourceArn: arn }, kit.context)).rejects.toMatchObject({
      code: 'invalid-input',
      details: { visibilityTimeoutSeconds: 30, functionTimeoutSeconds: 40 },
    });
    expect(kit.operations.slice(before)).not.toContain('CreateEventSourceMapping');
  });

  it('names the key that was meant, and changes nothing when nothing is said', async () => {
    const { kit, arn } = await functionAndQueue(3, 30);
    const settings = { eventSourceArn: arn, bachSize: 3 } as object;
    await expect(createEventSource('hello', settings, kit.context)).rejects.toMatchObject({
      code: 'usage',
      message: 'unknown key "bachSize"; did you mean "batchSize"?',
    });
    await expect(
      updateEventSource({ uuid: '5f1c0a3e-0000-4000-8000-000000000000', settings: {} }, kit.context),
    ).rejects.toMatchObject({
      code: 'usage',
    });
    expect(kit.operations).toEqual(['CreateQueue']);
  });
});

describe('a deployment with a queue', () => {
  it('looks at it when it connects it or changes the timeout, and asks nobody else', async () => {
    const { name, settings, folder, kit, arn } = await functionAndQueue(10, 30);
    const connected = { ...settings, eventSources: [{ eventSourceArn: arn, enabled: false }] };
    writeFiles(folder, { 'lambdakit.json': projectFile(connected) });
    const warning = `the queue ${name} hides a message for 30 s; AWS advises six times the timeout of ${name} (10 s), that is 60 s`;
    expect(onlyResult(await kit.deploy({ isDryRun: true })).notes).toEqual([warning]);
    expect(onlyResult(await kit.deploy())).toMatchObject({ outcome: 'created', notes: [warning] });

    const again = createKit({ folder, endpoint: service.endpoint });
    expect(onlyResult(await again.deploy())).toMatchObject({ outcome: 'unchanged', notes: [] });
    expect(again.operations.toSorted()).toEqual(['GetFunction', 'ListEventSourceMappings']);

    writeFiles(folder, { 'lambdakit.json': projectFile({ ...connected, timeout: 31 }) });
    const slower = createKit({ folder, endpoint: service.endpoint });
    const { failures } = await slower.deploy();
    expect(failures[0]?.error).toMatchObject({
      code: 'invalid-input',
      message: `The queue ${name} hides a message for 30 s, and ${name} may work on it for 31 s.`,
    });
    expect(slower.operations).not.toContain('UpdateFunctionConfiguration');
  });
});
