import { expect, it } from 'vitest';
import { createProject, resultOf, runBin, runShell, startBin, writeFiles } from './bin-kit.js';

it('prints events, and sends them by their name', async () => {
  const cwd = createProject('return { keys: Object.keys(event), body: event.Records?.[0]?.body, mine: event.mine };');
  writeFiles(cwd, { 'events/mine.json': '{"mine":1}' });
  const list = await runBin(['event', 'list', '--json'], { cwd });
  const names = JSON.parse(list.stdout).events.map(({ name }: { name: string }) => name);
  expect(names.slice(0, 1)).toEqual(['mine']);
  expect(names).toEqual(expect.arrayContaining(['sqs', 's3-put', 'api-gateway-v1', 'function-url', 'schedule', 'alb']));
  const made = await runBin(['event', 'generate', 'sqs', '--content', 'hi', '--set', 'Records[0].awsRegion=x'], {
    cwd,
  });
  expect(JSON.parse(made.stdout).Records[0]).toMatchObject({ body: 'hi', awsRegion: 'x', eventSource: 'aws:sqs' });
  expect(await runBin(['event', 'generate', 'sqz'], { cwd })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/no event "sqz"[\s\S]*Did you mean "sqs"/),
  });
  expect(await runBin(['event', 'generate', 'sqs', '--set', 'nothing'], { cwd })).toMatchObject({ code: 2 });

  await runBin(['deploy', '--local', '--quiet'], { cwd });
  const invoke = async (...args: string[]) =>
    JSON.parse((await runBin(['invoke', 'hello', '--local', ...args], { cwd })).stdout);
  expect(await invoke('--event', 'sqs', '--set', 'Records[0].body=hello')).toEqual({
    keys: ['Records'],
    body: 'hello',
  });
  expect(await invoke('--event', 'mine')).toMatchObject({ mine: 1 });
  expect(await invoke('--replay', 'last')).toMatchObject({ mine: 1 });
});

const HANDLER = `
  console.log('got', event.n);
  if (event.fail) throw new RangeError('too far');
  return event.n ?? null;`;

it('invokes many times, streams, waits, and reads whole logs', async () => {
  const cwd = createProject(HANDLER);
  writeFiles(cwd, {
    'stream/index.mjs': `export const handler = awslambda.streamifyResponse(async (event, out) => {
      out.write('one ');
      if (event.fail) { setTimeout(() => out.destroy(new Error('mid')), 50); return new Promise(() => undefined); }
      out.end(Buffer.from([0xff, 0x00]));
    });`,
    'lambdakit.json': JSON.stringify({
      service: 'e2e',
      functions: {
        hello: { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20 },
        stream: { code: 'stream', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20 },
      },
    }),
  });
  await runBin(['deploy', '--all', '--local', '--quiet'], { cwd });
  const service = startBin(['local', 'start', '--port', '0', '--quiet', '--time-scale', '60'], { cwd });
  const ended = resultOf(service);
  await new Promise((resolve) => service.stdout?.once('data', resolve));
  const invoke = (name: string, ...args: string[]) => runBin(['invoke', name, '--local', ...args], { cwd });

  const lines = await runShell(
    `printf '{"n":1}\\n\\n{"fail":1}\\n{"n":3}\\n' | lambdakit invoke hello --local --lines --concurrency 3`,
    { cwd },
  );
  expect(lines.code).toBe(4);
  expect(lines.stdout.split('\n').map((line) => line.slice(0, 12))).toEqual(['1', '{"errorType"', '3', '']);
  expect(lines.stderr).toContain('1 of 3 invocations failed');
  const broken = await runShell(`printf '{"n":1}\\n{' | lambdakit invoke hello --local --lines`, { cwd });
  expect(broken).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Line 2 is not JSON') });

  const repeated = JSON.parse((await invoke('hello', '--repeat', '20', '--concurrency', '2', '--json')).stdout);
  expect(repeated).toMatchObject({ invocations: 20, functionErrors: 0, refused: 0, currency: 'USD' });
  expect(repeated.histogram.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(20);
  expect(repeated.cost).toBeGreaterThan(20 * 0.000_000_2);
  expect(repeated.cost).toBeCloseTo(20 * 0.000_000_2 + (repeated.billedDuration / 1_000) * 0.125 * 0.000_016_666_7, 10);

  const streamed = await runShell('lambdakit invoke stream --local --stream | od -An -tx1 | tr -d " \\n"', { cwd });
  expect(streamed.stdout).toBe('6f6e6520ff00');
  expect(await invoke('stream', '--stream', '--payload', '{"fail":1}')).toMatchObject({
    code: 4,
    stdout: 'one ',
    stderr: expect.stringContaining('failed after 4 bytes'),
  });

  expect(await invoke('hello', '--async', '--wait', '--payload', '{"n":7}')).toMatchObject({
    code: 0,
    stdout: 'The function has ended without an error.\n',
    stderr: expect.stringMatching(/START RequestId[\s\S]*got 7[\s\S]*REPORT RequestId/),
  });
  const failed = await invoke('hello', '--async', '--wait', '--payload', '{"fail":1}');
  expect(failed).toMatchObject({ code: 4, stdout: '' });
  expect(failed.stderr).toMatch(/attempt [12] of 3 has failed/);
  expect(failed.stderr).toMatch(/failed in all of 3 attempts: .*RangeError: too far/);
  expect(failed.stderr.match(/^REPORT /gm)).toHaveLength(3);
  const full = JSON.parse((await invoke('hello', '--full-log', '--json', '--payload', '{"n":9}')).stdout);
  expect(full).toMatchObject({ payload: 9, log: expect.stringMatching(/^START RequestId[\s\S]*REPORT RequestId/) });
  service.kill('SIGINT');
  expect((await ended).code).toBe(130);
});
