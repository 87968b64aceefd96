import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { shift } from '../../src/actions/traffic/shift.js';
import type { ShiftOptions } from '../../src/actions/traffic/shift-options.js';
import { LambdakitError } from '../../src/errors/lambdakit-error.js';
import { createKit, createProject, type Kit, onlyResult, writeFiles } from './deploy-kit.js';
import { startTestService, type TestService } from './local-service-kit.js';

const bin = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../bin/run.js');

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

let number = 0;

interface Shifted {
  readonly folder: string;
  readonly name: string;
  readonly kit: Kit;
  run(options: ShiftOptions, version?: string, resumes?: boolean): ReturnType<typeof shift>;
  alias(): Promise<{ readonly version: string; readonly weights: Readonly<Record<string, number>> }>;
}

/** A function with version 1 behind the alias `live`, and version 2, which fails when it is told to. */
async function twoVersions(signal?: AbortSignal): Promise<Shifted> {
  const name = `traffic-${++number}-${Math.random().toString(36).slice(2, 8)}`;
  const folder = createProject({ functionName: name, alias: 'live' }, 'export const handler = async () => 1;\n');
  const kit = createKit({ folder, endpoint: service.endpoint, ...(signal !== undefined && { signal }) });
  onlyResult(await kit.deploy());
  writeFiles(folder, {
    'src/index.mjs': `export const handler = async (event) => { if (event.fails) throw new RangeError('too far'); return 2; };\n`,
  });
  onlyResult(await kit.deploy({ scope: 'all', alias: 'next' }));
  const calls = await kit.context.lambda();
  return {
    folder,
    name,
    kit,
    run: (options, version = '2', resumes = false) =>
      shift({ target: name, alias: 'live', version: resumes ? undefined : version, options, resumes }, kit.context),
    alias: async () => {
      const { FunctionVersion = '', RoutingConfig } = await calls.getAlias({ FunctionName: name, Name: 'live' });
      return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
    },
  };
}

describe('a shift', () => {
  it('goes through its steps and leaves the alias on the new version', async () => {
    const { run, alias, kit } = await twoVersions();
    const result = await run({ linear: '25%', every: '10ms', probe: '{}', probes: 2 });
    expect(result).toMatchObject({ outcome: 'shifted', from: '1', to: '2', shares: [0.25, 0.5, 0.75, 1] });
    expect(await alias()).toEqual({ version: '2', weights: {} });
    expect(kit.operations.filter((operation) => operation === 'Invoke')).toHaveLength(8);
  });

  it('is nothing where all traffic is there already', async () => {
    const { run, alias } = await twoVersions();
    expect(await run({ canary: '10%' }, '1')).toMatchObject({ outcome: 'unchanged', shares: [] });
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });

  it('takes its steps from the clock, and a time scale makes it faster', async () => {
    const { run } = await twoVersions();
    const startedAt = performance.now();
    await run({ canary: 'Canary10Percent5Minutes', timeScale: 3_000 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(100);
  });

  it('refuses what cannot begin, and changes nothing', async () => {
    const { run, alias } = await twoVersions();
    await expect(run({ canary: '10%' }, '$LATEST')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(run({ canary: '10%' }, '99')).rejects.toMatchObject({ code: 'not-found' });
    await expect(run({ canary: '10%', linear: '10%' })).rejects.toMatchObject({ code: 'usage' });
    await expect(run({ canary: '10%', alarms: ['Errors'] })).rejects.toMatchObject({
      message: 'The local service has neither CloudWatch alarms nor metrics.',
    });
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });
});

describe('a gate that stays closed', () => {
  it('moves traffic back within its step when a probe fails', async () => {
    const { run, alias, kit } = await twoVersions();
    const failure = await run({ linear: '10%', every: '1h', probe: '{"fails":true}', probes: 5 }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({
      code: 'check-failed',
      message:
        'The shift of alias live to version 2 ended at 10 %: probe 1 of 5 failed in version 2: RangeError: too far. All traffic is back on version 1.',
      details: { shares: [0.1], returned: true },
    });
    expect(await alias()).toEqual({ version: '1', weights: {} });
    expect(kit.events.map(({ text }) => text).filter((text) => text.startsWith('alias live:'))).toEqual([
      expect.stringContaining('version 1 → 2'),
      'alias live: 10 % on version 2',
      'alias live: all traffic is back on version 1',
    ]);
  });

  it('moves traffic back when the check fails, with what it said', async () => {
    const { run, alias } = await twoVersions();
    const check = 'echo "$LAMBDAKIT_ALIAS $LAMBDAKIT_TO_VERSION $LAMBDAKIT_PERCENT"; test "$LAMBDAKIT_PERCENT" -lt 50';
    const failure = await run({ linear: '25%', every: '1ms', check }).catch((error) => error);
    expect(failure.message).toContain('ended at 50 %');
    expect(failure.message).toContain('ended with 1: live 2 50');
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });

  it('moves nothing when the hook before the first step fails, and everything back when the last one does', async () => {
    const { run, alias } = await twoVersions();
    await expect(run({ canary: '10%', wait: '1ms', preHook: 'exit 3' })).rejects.toMatchObject({
      message: 'the pre hook `exit 3` ended with 3',
    });
    expect(await alias()).toEqual({ version: '1', weights: {} });
    const failure = await run({ canary: '10%', wait: '1ms', postHook: 'exit 4' }).catch((error) => error);
    expect(failure.message).toContain('ended at 100 %: the post hook `exit 4` ended with 4');
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });

  it('guards all at once by its probes alone, before any traffic moves', async () => {
    const { run, alias, kit } = await twoVersions();
    kit.operations.length = 0;
    await expect(run({ allAtOnce: true, probe: '{"fails":true}' })).rejects.toMatchObject({ code: 'check-failed' });
    expect(kit.operations).not.toContain('UpdateAlias');
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });

  it('leaves an alias that somebody else has moved meanwhile', async () => {
    const { run, alias, kit, name } = await twoVersions();
    const calls = await kit.context.lambda();
    const pending = run({ canary: '10%', wait: '1h', check: 'false', timeScale: 36_000 });
    await expect.poll(async () => (await alias()).weights).toEqual({ 2: 0.1 });
    await calls.updateAlias({
      FunctionName: name,
      Name: 'live',
      FunctionVersion: '$LATEST',
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
    await expect(pending).rejects.toMatchObject({ code: 'check-failed' });
    expect(await alias()).toEqual({ version: '$LATEST', weights: {} });
  });
});

describe('an interruption', () => {
  it('moves all traffic back before it ends', async () => {
    const controller = new AbortController();
    const { run, name } = await twoVersions(controller.signal);
    const pending = run({ canary: '10%', wait: '1h' });
    const ended = pending.catch((error) => error);
    const direct = createKit({ folder: createProject(), endpoint: service.endpoint });
    const calls = await direct.context.lambda();
    const present = async () => calls.getAlias({ FunctionName: name, Name: 'live' });
    await expect.poll(async () => (await present()).RoutingConfig?.AdditionalVersionWeights).toEqual({ 2: 0.1 });
    controller.abort(new LambdakitError('interrupted', 'Interrupted by SIGINT.'));
    expect(await ended).toMatchObject({ code: 'interrupted' });
    const after = await present();
    expect([after.FunctionVersion, after.RoutingConfig]).toEqual(['1', undefined]);
  });

  it('by kill -9 leaves the alias in the middle, and --resume completes it', async () => {
    const { folder, name, alias, run } = await twoVersions();
    const child = startShift(folder, name, ['--to', '2', '--linear', '50%', '--every', '1h']);
    await expect.poll(async () => (await alias()).weights, { timeout: 20_000 }).toEqual({ 2: 0.5 });
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await alias()).toEqual({ version: '1', weights: { 2: 0.5 } });
    await expect(run({ canary: '10%' })).rejects.toMatchObject({
      message: 'A shift of alias live to version 2 is under way (50 %).',
    });
    expect(await run({ canary: '10%', wait: '1ms' }, '1')).toMatchObject({ to: '1' });
    expect(await alias()).toEqual({ version: '1', weights: {} });
    const again = startShift(folder, name, ['--to', '2', '--linear', '50%', '--every', '1h']);
    await expect.poll(async () => (await alias()).weights, { timeout: 20_000 }).toEqual({ 2: 0.5 });
    again.kill('SIGKILL');
    await once(again, 'close');
    expect(await run({ linear: '25%', every: '1ms' }, undefined, true)).toMatchObject({
      to: '2',
      shares: [0.5, 0.75, 1],
    });
    expect(await alias()).toEqual({ version: '2', weights: {} });
    expect(await run({ linear: '25%' }, undefined, true)).toMatchObject({ outcome: 'unchanged' });
  });

  it('by a signal ends the command with 130 and the story on stderr', async () => {
    const { folder, name, alias } = await twoVersions();
    const child = startShift(folder, name, ['--to', '2', '--canary', '10%', '--wait', '1h']);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    await expect.poll(async () => (await alias()).weights, { timeout: 20_000 }).toEqual({ 2: 0.1 });
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stderr).toContain('10 % on version 2');
    expect(stderr).toContain('all traffic is back on version 1');
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });
});

describe('a rollback', () => {
  it('of an alias whose shift was killed sends all traffic back to where the shift began', async () => {
    const { name, alias, kit } = await twoVersions();
    const calls = await kit.context.lambda();
    await calls.updateAlias({
      FunctionName: name,
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.3 } },
    });
    const { rollback } = await import('../../src/actions/rollback.js');
    expect(await rollback({ target: name, alias: 'live' }, kit.context)).toMatchObject({ from: '1', to: '1' });
    expect(await alias()).toEqual({ version: '1', weights: {} });
  });
});

describe('a deployment with a strategy', () => {
  it('shifts the alias it has, and goes back when a probe fails', async () => {
    const { folder, name, alias, kit } = await twoVersions();
    writeFiles(folder, { 'src/index.mjs': `export const handler = async () => { throw new Error('broken'); };\n` });
    const { failures } = await kit.deploy({ shift: { canary: '10%', wait: '1h', probe: '{}' } });
    expect(failures[0]?.error.message).toContain('ended at 10 %: probe 1 of 1 failed in version 3: Error: broken');
    expect(await alias()).toEqual({ version: '1', weights: {} });
    writeFiles(folder, { 'src/index.mjs': 'export const handler = async () => 4;\n' });
    const result = onlyResult(await kit.deploy({ shift: { canary: '10%', wait: '1ms', probe: '{}' } }));
    expect(result).toMatchObject({ version: '4', functionName: name });
    expect(result.steps.map(({ step }) => step)).toEqual(['update-code', 'publish-version', 'shift-alias']);
    expect(await alias()).toEqual({ version: '4', weights: {} });
  });
});

function startShift(folder: string, name: string, args: readonly string[]): ChildProcess {
  const child = spawn(
    process.execPath,
    [bin, 'alias', 'shift', name, 'live', ...args, '--endpoint-url', service.endpoint],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' },
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
