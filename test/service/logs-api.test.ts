import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';
import { makeZip } from './zip-maker.js';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

const SPEAKER = nodePackage(`
export const handler = async (event, context) => {
  console.log(event.say ?? 'hello');
  for (const line of event.lines ?? []) process.stdout.write(line);
  if (event.fail) throw new RangeError('too far');
  return context.logStreamName;
};`);

const LEVELS_OF_PYTHON = makeZip([
  {
    name: 'index.py',
    content: `import logging
def handler(event, context):
    log = logging.getLogger()
    for write in (log.debug, log.info, log.warning, log.error, log.critical):
        write("a message")
    raise LookupError("lost")
`,
  },
]);
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the local Logs API', () => {
  let service: TestService;
  let logs: CloudWatchLogs;
  let lambda: Lambda;

  beforeAll(async () => {
    service = await startTestService();
    const settings = { region, credentials, endpoint: service.endpoint, maxAttempts: 1, disableHostPrefix: true };
    logs = new CloudWatchLogs(settings);
    lambda = new Lambda(settings);
  });
  afterAll(async () => {
    logs?.destroy();
    lambda?.destroy();
    await service?.dispose();
    expect(service?.bugs).toEqual([]);
  });

  async function createFunction(name: string, settings: object = {}): Promise<void> {
    await lambda.createFunction({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: SPEAKER },
      ...settings,
    });
  }

  async function invoke(name: string, event: object = {}): Promise<{ readonly text: string; readonly id: string }> {
    const answer = await lambda.invoke({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail' });
    return { text: answer.Payload?.transformToString() ?? '', id: answer.$metadata.requestId ?? '' };
  }

  async function filter(name: string, filterPattern?: string) {
    const { events = [] } = await logs.filterLogEvents({
      logGroupName: `/aws/lambda/${name}`,
      ...(filterPattern !== undefined && { filterPattern }),
    });
    return events;
  }

  it('has what functions write, as one event a line, between START and REPORT', async () => {
    await createFunction('speaker');
    const { text, id } = await invoke('speaker', {
      say: 'first',
      lines: ['second\n', 'thi', 'rd\n', 'Grüße 🎉\u0000\r\n'],
    });
    const messages = (await filter('speaker')).map(({ message }) => message);
    expect(messages[0]).toMatch(/^INIT_START Runtime Version: /);
    expect(messages.slice(1)).toEqual([
      `START RequestId: ${id} Version: $LATEST\n`,
      expect.stringMatching(new RegExp(`^\\S+Z\t${id}\tINFO\tfirst\n?$`)),
      'second\n',
      'third\n',
      'Grüße 🎉\u0000\r\n',
      `END RequestId: ${id}\n`,
      expect.stringMatching(new RegExp(`^REPORT RequestId: ${id}\tDuration: .*\t\n$`)),
    ]);
    const { logStreams } = await logs.describeLogStreams({ logGroupName: '/aws/lambda/speaker' });
    expect(logStreams).toHaveLength(1);
    expect(JSON.stringify(logStreams?.[0]?.logStreamName)).toBe(text);
    expect(logStreams?.[0]).toMatchObject({
      arn: `arn:aws:logs:${region}:000000000000:log-group:/aws/lambda/speaker:log-stream:${logStreams?.[0]?.logStreamName}`,
      lastEventTimestamp: expect.any(Number),
    });
  });

  it('has a message of several lines as one event, in its place among other output', async () => {
    await createFunction('verse');
    await invoke('verse', { say: 'one\n  two\n  three', lines: ['a line\n'] });
    const messages = (await filter('verse')).map(({ message = '' }) => message);
    const at = messages.findIndex((message) => message.includes('INFO'));
    expect(messages[at]).toMatch(/^\S+Z\t\S+\tINFO\tone\n {2}two\n {2}three\n$/);
    expect(messages[at + 1]).toBe('a line\n');
  });

  it('writes to the log group of LoggingConfig, with the name of the function in the stream', async () => {
    await createFunction('elsewhere', { LoggingConfig: { LogFormat: 'JSON', LogGroup: '/team/all' } });
    await invoke('elsewhere', { say: 'over there' });
    const { events } = await logs.filterLogEvents({
      logGroupName: '/team/all',
      filterPattern: '{ $.message = "over*" }',
    });
    expect(events).toHaveLength(1);
    expect(events?.[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/elsewhere\[\$LATEST\][0-9a-f]{32}$/);
    expect(JSON.parse(events?.[0]?.message ?? '')).toMatchObject({ level: 'INFO', message: 'over there' });
    await expect(filter('elsewhere')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.skipIf(!hasPython)('knows the levels of Python, whose words are others (skipped without python3)', async () => {
    await createFunction('levels', {
      Runtime: 'python3.13',
      Code: { ZipFile: LEVELS_OF_PYTHON },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' },
    });
    await invoke('levels');
    const messages = (await filter('levels')).map(({ message = '' }) => JSON.parse(message));
    expect(messages.filter(({ type }) => type === undefined)).toMatchObject([
      { level: 'WARNING' },
      { level: 'ERROR' },
      { level: 'CRITICAL' },
      { log_level: 'ERROR', errorType: 'LookupError' },
    ]);
  });

  it('finds by pattern and pages through what it finds', async () => {
    const logGroupName = 'pages';
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: 's1' });
    await logs.createLogStream({ logGroupName, logStreamName: 's2' });
    const start = Date.now() - 60_000;
    for (const logStreamName of ['s1', 's2']) {
      const logEvents = Array.from({ length: 50 }, (_, index) => ({
        timestamp: start + index * 2 + (logStreamName === 's1' ? 0 : 1),
        message: `${logStreamName} number ${index}${index % 10 === 0 ? ' ERROR' : ''}`,
      }));
      await logs.putLogEvents({ logGroupName, logStreamName, logEvents });
    }
    const seen: string[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await logs.filterLogEvents({ logGroupName, limit: 7, nextToken });
      seen.push(...(page.events ?? []).map(({ message }) => message ?? ''));
      nextToken = page.nextToken;
      pages++;
    } while (nextToken !== undefined);
    expect(pages).toBe(15);
    expect(new Set(seen).size).toBe(100);
    expect(seen.slice(0, 3)).toEqual(['s1 number 0 ERROR', 's2 number 0 ERROR', 's1 number 1']);
    const errors = await logs.filterLogEvents({ logGroupName, filterPattern: 'ERROR -s2' });
    expect(errors.events).toHaveLength(5);
    const within = await logs.filterLogEvents({ logGroupName, startTime: start + 10, endTime: start + 20 });
    expect(within.events?.map(({ timestamp }) => (timestamp ?? 0) - start)).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
    const one = await logs.filterLogEvents({ logGroupName, logStreamNames: ['s2'], limit: 1 });
    expect(one.events?.[0]).toMatchObject({ logStreamName: 's2', eventId: expect.stringMatching(/^\d{56}$/) });
  });

  it('reads one stream both ways', async () => {
    const names = { logGroupName: 'both-ways', logStreamName: 's' };
    await logs.createLogGroup({ logGroupName: names.logGroupName });
    await logs.createLogStream(names);
    const start = Date.now() - 1_000;
    const logEvents = [0, 1, 2, 3, 4].map((index) => ({ timestamp: start + index, message: `m${index}` }));
    await logs.putLogEvents({ ...names, logEvents });
    const read = async (request: object) => {
      const answer = await logs.getLogEvents({ ...names, ...request });
      return { ...answer, messages: answer.events?.map(({ message }) => message) };
    };
    const newest = await read({ limit: 2 });
    expect(newest.messages).toEqual(['m3', 'm4']);
    const before = await read({ limit: 2, nextToken: newest.nextBackwardToken });
    expect(before.messages).toEqual(['m1', 'm2']);
    expect((await read({ limit: 9, nextToken: before.nextForwardToken })).messages).toEqual(['m3', 'm4']);
    const oldest = await read({ startFromHead: true, limit: 4 });
    expect(oldest.messages).toEqual(['m0', 'm1', 'm2', 'm3']);
    const end = await read({ nextToken: newest.nextForwardToken });
    expect(end).toMatchObject({ messages: [], nextForwardToken: newest.nextForwardToken });
  });

  it('keeps groups and their retention', async () => {
    const logGroupName = '/groups/one';
    await logs.createLogGroup({ logGroupName, tags: { team: 'a' } });
    await expect(logs.createLogGroup({ logGroupName })).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    await logs.putRetentionPolicy({ logGroupName, retentionInDays: 7 });
    const find = async () => (await logs.describeLogGroups({ logGroupNamePrefix: '/groups/' })).logGroups;
    expect(await find()).toMatchObject([
      { logGroupName, retentionInDays: 7, arn: `arn:aws:logs:${region}:000000000000:log-group:${logGroupName}:*` },
    ]);
    await expect(logs.putRetentionPolicy({ logGroupName, retentionInDays: 8 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await logs.deleteRetentionPolicy({ logGroupName });
    expect((await find())?.[0]).not.toHaveProperty('retentionInDays');
    await logs.deleteLogGroup({ logGroupName });
    expect(await find()).toEqual([]);
  });

  it('keeps the tags of a group, by its ARN and by its name', async () => {
    const logGroupName = '/tagged/one';
    await logs.createLogGroup({ logGroupName, tags: { team: 'a' } });
    const resourceArn = `arn:aws:logs:${region}:000000000000:log-group:${logGroupName}`;
    await logs.tagResource({ resourceArn, tags: { team: 'b', stage: 'test' } });
    expect((await logs.listTagsForResource({ resourceArn })).tags).toEqual({ team: 'b', stage: 'test' });
    await logs.tagLogGroup({ logGroupName, tags: { more: 'c' } });
    await logs.untagResource({ resourceArn, tagKeys: ['stage', 'absent'] });
    await logs.untagLogGroup({ logGroupName, tags: ['team'] });
    expect((await logs.listTagsLogGroup({ logGroupName })).tags).toEqual({ more: 'c' });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
    await expect(logs.tagResource({ resourceArn, tags: many })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(logs.tagResource({ resourceArn: `${resourceArn}-none`, tags: {} })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('refuses what CloudWatch Logs refuses', async () => {
    const logGroupName = 'refusals';
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: 's' });
    const now = Date.now();
    const put = (...timestamps: number[]) =>
      logs.putLogEvents({
        logGroupName,
        logStreamName: 's',
        logEvents: timestamps.map((timestamp) => ({ timestamp, message: 'm' })),
      });
    await expect(put(now, now - 1)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const day = 86_400_000;
    expect((await put(now - 15 * day)).rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect((await put(now, now + 3 * 3_600_000)).rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    await expect(logs.filterLogEvents({ logGroupName, filterPattern: 'a-b' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining("Invalid character(s) in term 'a-b'"),
    });
    await expect(logs.describeLogStreams({ logGroupName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
    await expect(logs.describeLogGroups({ logGroupNamePrefix: 'a b' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(logs.startQuery({ startTime: 1, endTime: 2, queryString: 'fields @message' })).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });

  it('refuses pages and unsigned requests', async () => {
    const headers = { 'x-amz-target': 'Logs_20140328.DescribeLogGroups', 'content-type': 'application/x-amz-json-1.1' };
    const send = (more: object) =>
      fetch(service.endpoint, { method: 'POST', headers: { ...headers, ...more }, body: '{}' });
    expect((await send({})).status).toBe(403);
    expect((await send({ origin: 'https://example.org' })).status).toBe(403);
  });

  it('sends new events as they come', async () => {
    const logGroupName = 'live';
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: 's' });
    const { responseStream } = await logs.startLiveTail({
      logGroupIdentifiers: [logGroupName],
      logEventFilterPattern: 'yes',
    });
    const found: string[] = [];
    for await (const part of responseStream ?? []) {
      if (part.sessionStart !== undefined) {
        const logEvents = ['no', 'yes 1', 'yes 2'].map((message) => ({ timestamp: Date.now(), message }));
        await logs.putLogEvents({ logGroupName, logStreamName: 's', logEvents });
      }
      found.push(...(part.sessionUpdate?.sessionResults ?? []).map(({ message }) => message ?? ''));
      if (found.length >= 2) break;
    }
    expect(found).toEqual(['yes 1', 'yes 2']);
  });
});

it('keeps the logs when the service starts again', async () => {
  const stateFolder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-logs-'));
  const open = (endpoint: string) => ({ region, credentials, endpoint, maxAttempts: 1 });
  try {
    const first = await startTestService({ stateFolder });
    const lambda = new Lambda(open(first.endpoint));
    const code = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE, Code: { ZipFile: SPEAKER } } as const;
    await lambda.createFunction({ FunctionName: 'kept', ...code });
    await lambda.invoke({ FunctionName: 'kept', Payload: JSON.stringify({ say: 'before' }) });
    lambda.destroy();
    await first.dispose();
    const second = await startTestService({ stateFolder });
    const logs = new CloudWatchLogs(open(second.endpoint));
    const { events } = await logs.filterLogEvents({ logGroupName: '/aws/lambda/kept', filterPattern: 'before' });
    logs.destroy();
    await second.dispose();
    expect(events).toHaveLength(1);
  } finally {
    await rm(stateFolder, { recursive: true, force: true });
  }
});
