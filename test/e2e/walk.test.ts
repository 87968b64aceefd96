import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFolder, createProject, resultOf, root, runBin, runShell, startBin, writeFiles } from './bin-kit.js';

it('scaffolds, deploys and invokes a TypeScript function', async () => {
  const folder = createFolder();
  expect(
    await runBin(['scaffold', 'hello', '--template', 'nodejs-typescript', '--no-install'], { cwd: folder }),
  ).toMatchObject({ code: 0 });
  const cwd = path.join(folder, 'hello');
  symlinkSync(path.join(root, 'node_modules'), path.join(cwd, 'node_modules'));
  const deployed = await runBin(['deploy', '--local'], { cwd });
  expect(deployed).toMatchObject({ code: 0, stdout: expect.stringContaining('hello: created') });
  const invoked = await runBin(['invoke', 'hello', '--local', '--payload', '{"name":"Ada"}', '--tail'], { cwd });
  expect(invoked.code).toBe(0);
  expect(JSON.parse(invoked.stdout)).toMatchObject({ message: 'Hello, Ada!' });
  expect(invoked.stderr).toMatch(/START RequestId: [\s\S]*END RequestId: [\s\S]*REPORT RequestId: .*Duration: /);
  const again = await runBin(['deploy', '--local', '--json'], { cwd });
  expect(JSON.parse(again.stdout)).toMatchObject({
    functions: [{ functionName: 'hello', outcome: 'unchanged', steps: [] }],
  });
});

it('publishes, moves and rolls back an alias', async () => {
  const cwd = createProject('return process.env.COLOUR;');
  const run = async (...args: string[]) => {
    const result = await runBin([...args, '--local', '--json'], { cwd });
    return { code: result.code, document: JSON.parse(result.stdout) };
  };
  expect((await run('deploy', '--alias', 'live', '--env', 'COLOUR=red')).document.functions[0]).toMatchObject({
    outcome: 'created',
    version: '1',
  });
  expect((await run('deploy', '--alias', 'live', '--env', 'COLOUR=blue')).document.functions[0]).toMatchObject({
    outcome: 'updated',
    version: '2',
  });
  expect((await run('invoke', 'hello', '--qualifier', 'live')).document).toMatchObject({
    payload: 'blue',
    executedVersion: '2',
  });
  expect((await run('rollback', 'hello')).document).toMatchObject({ alias: 'live', from: '2', to: '1' });
  expect((await run('invoke', 'hello:live')).document).toMatchObject({ payload: 'red', executedVersion: '1' });
  expect((await run('alias', 'list', 'hello')).document.aliases).toMatchObject([
    { name: 'live', functionVersion: '1', weights: {} },
  ]);
  expect((await run('alias', 'set', 'hello', 'live', '1', '--weight', '2=25%')).document).toMatchObject({
    weights: { 2: 0.25 },
  });
  expect((await run('version', 'prune', 'hello', '--keep', '0')).document).toMatchObject({ deleted: [] });
  expect((await run('alias', 'delete', 'hello', 'live')).document).toEqual({ name: 'live', wasThere: true });
  expect((await run('version', 'prune', 'hello', '--keep', '1')).document).toMatchObject({
    deleted: ['1'],
    kept: [{ version: '2', reason: 'new' }],
  });
});

it('tells a function error by its exit code, with the response and the log', async () => {
  const cwd = createProject("console.log('about to fail'); throw new RangeError('too far');");
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  const text = await runBin(['invoke', 'hello', '--local', '--tail', '--quiet'], { cwd });
  expect(text.code).toBe(4);
  expect(JSON.parse(text.stdout)).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
  expect(text.stderr).toContain('about to fail');
  expect(text.stderr).toMatch(
    /Error: The function hello returned an error \(Unhandled\): RangeError: too far\n\s+RangeError: too far\n\s+at /,
  );
  const json = await runBin(['invoke', 'hello', '--local', '--json'], { cwd });
  expect(json.code).toBe(4);
  expect(JSON.parse(json.stdout)).toMatchObject({
    functionError: 'Unhandled',
    payload: { errorType: 'RangeError' },
    log: expect.stringContaining('about to fail'),
    billedDuration: expect.any(Number),
    memorySize: 128,
    executedVersion: '$LATEST',
    error: { code: 'function-error', errorType: 'RangeError', stackTrace: expect.any(Array) },
  });
});

it('takes the event from the shell, and gives the response to the shell', async () => {
  const cwd = createProject('return event;');
  writeFiles(cwd, { 'event.json': '{"from":"file"}' });
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const service = startBin(['local', 'start', '--port', '0', '--quiet'], { cwd });
  const ended = resultOf(service);
  await new Promise((resolve) => service.stdout?.once('data', resolve));
  try {
    const shell = async (script: string) => (await runShell(script, { cwd })).stdout;
    expect(await shell(`echo '{"from":"pipe"}' | lambdakit invoke hello --local`)).toBe('{"from":"pipe"}\n');
    expect(await shell('lambdakit invoke hello --local < event.json')).toBe('{"from":"file"}\n');
    expect(await shell('lambdakit invoke hello --local --payload @event.json')).toBe('{"from":"file"}\n');
    expect(await shell('lambdakit invoke hello --local --payload-file event.json --out out.json; cat out.json')).toBe(
      '{"from":"file"}',
    );
    expect(await shell(`lambdakit invoke hello '{"from":"argument"}' --local`)).toBe('{"from":"argument"}\n');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell is to see it.
    expect((await runShell('lambdakit list --local --json | head -c 1; echo "${PIPESTATUS[0]}"', { cwd })).stdout).toBe(
      '{0\n',
    );
    expect(await runBin(['invoke', 'hello', '--local', '--async'], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Queued'),
    });
    expect(await runBin(['invoke', 'hello', '--local', '--dry-run'], { cwd })).toMatchObject({ code: 0 });
    expect(await runBin(['local', 'stop'], { cwd })).toMatchObject({
      code: 0,
      stdout: `Process ${service.pid} has ended.\n`,
    });
    expect((await ended).code).toBe(130);
  } finally {
    service.kill('SIGKILL');
  }
});
