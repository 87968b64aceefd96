import { expect, it, vi } from 'vitest';
import { createProject, resultOf, runBin, startBin } from './bin-kit.js';

/**
 * With `mb` the function needs so much memory, with `fail` it fails, with `slow` it takes its time. Else it takes
 * a millisecond for each MB, so that which size is best does not depend on how busy the machine is.
 */
const HANDLER = `
  const memory = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (!event.mb && !event.fail) await new Promise((resolve) => setTimeout(resolve, memory));
  if (event.fail) throw new RangeError('never');
  if (event.slow) await new Promise((resolve) => setTimeout(resolve, 10_000));
  if (event.mb) globalThis.kept = Buffer.alloc(event.mb * 1048576, 1);
  return event;`;

// biome-ignore lint/suspicious/noExplicitAny: documents are read member by member, as a script would
type Run = (...args: string[]) => Promise<any>;

async function createDeployed(settings: object = {}, ...flags: string[]): Promise<Run> {
  const cwd = createProject(HANDLER, { memorySize: 512, ...settings });
  expect(await runBin(['deploy', '--local', '--quiet', ...flags], { cwd })).toMatchObject({ code: 0 });
  return async (...args) => {
    const { code, stdout, stderr } = await runBin([...args, '--local', '--json', ...flags], { cwd });
    return { ...JSON.parse(stdout), code, stderr, cwd };
  };
}

async function stateOf(run: Run) {
  const [{ versions }, { functions }] = [await run('version', 'list', 'hello'), await run('list')];
  return { versions: versions.map(({ version }: { version: string }) => version), memory: functions[0].memorySize };
}

it('compares sizes, names the best, and leaves the function as it was', async () => {
  const run = await createDeployed();
  await run('version', 'publish', 'hello');
  const result = await run('tune', 'hello', '--sizes', '1024,512,256', '-n', '3', '--strategy', 'cost');
  expect(result).toMatchObject({
    code: 0,
    functionName: 'hello',
    region: 'us-east-1',
    memorySize: 512,
    best: 256,
    isApplied: false,
    currency: 'USD',
    sizes: [{ memorySize: 256 }, { memorySize: 512 }, { memorySize: 1024 }],
  });
  for (const size of result.sizes) {
    expect(size).toMatchObject({ invocations: 3, coldStarts: 1, duration: expect.any(Number) });
    expect(size.cost).toBeGreaterThan(0.000_000_2);
  }
  expect(result.stderr).toContain('durations say nothing about Lambda');
  expect(await stateOf(run)).toEqual({ versions: ['1'], memory: 512 });

  const text = await runBin(
    ['tune', 'hello', '--local', '--sizes', '256,512', '-n', '2', '--apply', '--strategy', 'cost'],
    result,
  );
  expect(text.stdout).toMatch(/MEMORY +DURATION +BILLED/);
  expect(text.stdout).toMatch(/256 MB +█+ +█+\n/);
  expect(text.stdout).toContain('256 MB is the cheapest for hello. The function has it now, 512 MB before');
  expect(await stateOf(run)).toEqual({ versions: ['1'], memory: 256 });
});

it('leaves out sizes that are too small, and fails where all are', async () => {
  const run = await createDeployed();
  const result = await run('tune', 'hello', '-p', '{"mb":200}', '--sizes', '128,512', '-n', '2', '--strategy', 'cost');
  expect(result).toMatchObject({ code: 0, best: 512 });
  expect(result.sizes[0]).toMatchObject({ memorySize: 128, failure: expect.stringContaining('hello') });
  const failed = await run('tune', 'hello', '-p', '{"fail":true}', '--sizes', '128,512', '-n', '2');
  expect(failed).toMatchObject({ code: 4, error: { code: 'function-error', errorType: 'RangeError' } });
  expect(await stateOf(run)).toEqual({ versions: [], memory: 512 });
});

it('undoes everything at Ctrl-C', async () => {
  const run = await createDeployed();
  const { cwd } = await run('list');
  const child = startBin(['tune', 'hello', '--local', '-p', '{"slow":true}', '--sizes', '128,256'], { cwd });
  let errors = '';
  child.stderr?.on('data', (text) => {
    errors += text;
  });
  const ended = resultOf(child);
  await vi.waitFor(() => expect(errors).toContain('invoking with 128 MB'), { timeout: 60_000, interval: 20 });
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stdout: '' });
  expect(await stateOf(run)).toEqual({ versions: [], memory: 512 });
});

it('makes up no price for a region that it does not know', async () => {
  const run = await createDeployed({}, '--region', 'xx-nowhere-1');
  const result = await run('tune', 'hello', '--sizes', '128,256', '-n', '2');
  expect(result).toMatchObject({ code: 0, region: 'xx-nowhere-1' });
  expect(result).not.toHaveProperty('currency');
  expect(result.sizes[0]).not.toHaveProperty('cost');
  expect(result.sizes[0].gbSeconds).toBeGreaterThan(0);
});

it.each([
  [['--sizes', '100,200'], '100 MB is no memory size'],
  [['--sizes', '128,big'], '"big" is no memory size'],
  [['--sizes', '128'], 'nothing to compare'],
  [['--min', '512', '--max', '256'], '--min 512 is more than --max 256'],
])('refuses %j', async (flags, message) => {
  const cwd = createProject(HANDLER);
  const result = await runBin(['tune', 'hello', '--local', ...flags], { cwd });
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

it('is about the function, not about one version', async () => {
  const cwd = createProject(HANDLER);
  const result = await runBin(['tune', 'hello:live', '--local'], { cwd });
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('names live') });
});
