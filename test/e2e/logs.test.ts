import { expect, it, vi } from 'vitest';
import { createProject, resultOf, runBin, runShell, startBin } from './bin-kit.js';

const HANDLER = `
  console.log('got', event.n);
  if (event.fail) throw new RangeError('too far');
  return event.n;`;

it('shows the logs of earlier runs', async () => {
  const cwd = createProject(HANDLER);
  const logs = (...args: string[]) => runBin(['logs', 'hello', '--local', ...args], { cwd });
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  expect(await logs()).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('There is nothing in') });
  await runBin(['invoke', 'hello', '--local', '--payload', '{"n":1}'], { cwd });
  await runBin(['invoke', 'hello', '--local', '--payload', '{"n":2,"fail":true}'], { cwd });
  const text = await logs();
  expect(text.stdout).toMatch(
    /INFO {2}got 1\n.* ✔ [\d.]+ ms, billed \d+ ms, init .*\n.*INFO {2}got 2\n.*ERROR RangeError: too far\n[\s\S]* ✘ error /,
  );
  expect(text.stdout).not.toContain('START');
  expect((await logs('--raw')).stdout).toMatch(/^INIT_START [\s\S]*\nSTART RequestId: [\s\S]*\nREPORT RequestId: /);
  const document = JSON.parse((await logs('--json', '--filter', '"got 2"')).stdout);
  expect(document).toMatchObject({
    functionName: 'hello',
    logGroup: '/aws/lambda/hello',
    events: [{ kind: 'output', level: 'INFO', message: 'got 2', logStream: expect.stringContaining('[$LATEST]') }],
  });
  const { requestId } = document.events[0];
  const one = JSON.parse((await logs('--json', '--request-id', requestId)).stdout);
  expect(one.events.map(({ kind }: { kind: string }) => kind)).toEqual(['start', 'output', 'output', 'end', 'report']);
  expect(JSON.parse((await logs('--json', '--stats')).stdout).stats).toMatchObject({
    invocations: 2,
    errors: 1,
    coldStarts: 2,
    duration: { p50: expect.any(Number) },
  });
  expect(JSON.parse((await logs('--json', '--level', 'error')).stdout).events).toMatchObject([
    { level: 'ERROR' },
    { kind: 'report' },
  ]);
  expect(await logs('--version', '7')).toMatchObject({ code: 0, stdout: '' });
});

it('says what is wrong with what it is asked', async () => {
  const cwd = createProject(HANDLER);
  const logs = (...args: string[]) => runBin(['logs', 'hello', '--local', ...args], { cwd });
  expect(await logs('--level', 'loud')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"loud" is no log level'),
  });
  expect(await logs('--since', 'noon')).toMatchObject({ code: 2, stderr: expect.stringContaining('"noon"') });
  expect(await logs('--insights', 'fields @message')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('in AWS only'),
  });
  expect(await logs('--follow')).toMatchObject({ code: 5, stderr: expect.stringContaining('lambdakit local start') });
  expect(await runBin(['logs', 'other', '--local'], { cwd })).toMatchObject({ code: 2 });
});

it('follows a log without doubles, until Ctrl-C or until nobody reads', async () => {
  const cwd = createProject(HANDLER);
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const service = startBin(['local', 'start', '--port', '0', '--quiet'], { cwd });
  await new Promise((resolve) => service.stdout?.once('data', resolve));
  const invoke = (n: number) => runBin(['invoke', 'hello', '--local', '--payload', `{"n":${n}}`], { cwd });
  await invoke(1);
  const follower = startBin(['logs', 'hello', '--local', '--follow', '--json'], { cwd });
  const lines: { readonly message: string; readonly kind: string }[] = [];
  const seen = new Promise<void>((resolve) => {
    let text = '';
    follower.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const whole = text.split('\n');
      text = whole.pop() ?? '';
      lines.push(...whole.map((line) => JSON.parse(line)));
      if (lines.filter(({ kind }) => kind === 'report').length === 3) resolve();
    });
  });
  const ended = resultOf(follower);
  await new Promise((resolve) => follower.stdout?.once('data', resolve));
  await invoke(2);
  await invoke(3);
  await seen;
  follower.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stderr: '' });
  const said = lines.filter(({ kind }) => kind === 'output').map(({ message }) => message);
  expect(said).toEqual(['got 1', 'got 2', 'got 3']);
  let isOver = false;
  const head = runShell('lambdakit logs hello --local --follow | head -1', { cwd }).finally(() => {
    isOver = true;
  });
  // A closed pipe is noticed with the next line.
  while (!isOver) await invoke(4);
  expect((await head).stdout).toMatch(/got 1\n$/);
  service.kill('SIGINT');
});

it('goes on where it was when the local service is started again, elsewhere', async () => {
  const cwd = createProject(HANDLER);
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const start = async () => {
    const service = startBin(['local', 'start', '--port', '0', '--quiet'], { cwd });
    const ended = resultOf(service);
    await new Promise((resolve) => service.stdout?.once('data', resolve));
    return { stop: () => service.kill('SIGINT') && ended };
  };
  const invoke = (n: number) => runBin(['invoke', 'hello', '--local', '--payload', `{"n":${n}}`], { cwd });
  const first = await start();
  await invoke(1);
  const follower = startBin(['logs', 'hello', '--local', '--follow', '--json'], { cwd });
  let text = '';
  let errors = '';
  follower.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  follower.stderr?.setEncoding('utf8').on('data', (chunk) => {
    errors += chunk;
  });
  const patience = { timeout: 60_000, interval: 20 };
  await vi.waitFor(() => expect(text).toContain('got 1'), patience);
  await invoke(2);
  await first.stop();
  await vi.waitFor(() => expect(errors).toContain('Trying again'), patience);
  const second = await start();
  await invoke(3);
  await vi.waitFor(() => expect(text).toContain('got 3'), patience);
  await invoke(4);
  await vi.waitFor(() => expect(text).toContain('got 4'), patience);
  expect(errors).toContain('connected again');
  const ended = resultOf(follower);
  follower.kill('SIGINT');
  expect((await ended).code).toBe(130);
  await second.stop();
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly eventId: string; readonly kind: string; readonly message: string });
  expect(events.filter(({ kind }) => kind === 'output').map(({ message }) => message)).toEqual([
    ...['got 1', 'got 2', 'got 3', 'got 4'],
  ]);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
});
