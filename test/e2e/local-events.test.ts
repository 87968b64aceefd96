import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openEventSink } from '../soak/checks/event-sink.js';
import { until } from '../soak/checks/load.js';
import { createProject, resultOf, runBin, startBin, writeFiles } from './bin-kit.js';

it('starts functions by the schedules of the project and by the lines of a file', async () => {
  const sink = await openEventSink();
  const soon = new Date(Date.now() + 30_000).toISOString().slice(0, 19);
  const note = 'await fetch(process.env.SINK + "/" + (event.note ?? event.Records.length));';
  const cwd = createProject(note, {
    environment: { SINK: sink.url },
    schedules: [{ scheduleExpression: `at(${soon})`, input: { note: 'on-time' } }],
    eventSources: [
      {
        eventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
        startingPosition: 'TRIM_HORIZON',
        batchSize: 2,
      },
    ],
  });
  const service = startBin(['local', 'start', '--port', '0', '--seed', '7', '--enforce-url-policy'], { cwd });
  const ended = resultOf(service);
  await once(service.stdout!, 'data');
  const deployed = await runBin(['deploy', '--local', '--quiet'], { cwd });
  expect(deployed.stderr).toBe('');
  expect(deployed.code).toBe(0);
  writeFiles(cwd, { 'clicks.jsonl': '{"page":1}\n{"page":2}\n{"page":3}\n' });
  const sent = await runBin(['event', 'send', 'kinesis:clicks', '--file', 'clicks.jsonl', '--json'], { cwd });
  expect(JSON.parse(sent.stdout)).toEqual({
    eventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
    records: 3,
  });
  await until(
    async () => sink.notes,
    (notes) => notes.has('2') && notes.has('1') && notes.has('on-time'),
  );
  const missing = await runBin(['event', 'send', 'sqs:absent', '--file', 'clicks.jsonl'], { cwd });
  expect(missing.code).toBe(5);
  expect(missing.stderr).toContain('There is no local queue arn:aws:sqs:us-east-1:000000000000:absent.');
  service.kill('SIGINT');
  await ended;
  await sink.close();
});
