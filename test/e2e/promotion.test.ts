import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFolder, runBin } from './bin-kit.js';

const PROJECT = {
  service: 'shop',
  functions: {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of the project file
    hello: { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', functionName: 'hello-${stage, none}' },
  },
  stages: {
    dev: { functions: { hello: { memorySize: 128 } } },
    prod: { functions: { hello: { memorySize: 256 } } },
    old: { functions: { hello: { runtime: 'nodejs22.x' } } },
  },
};

it('builds once and deploys the same bytes to two stages; what does not fit is refused', async () => {
  const cwd = createFolder({
    'lambdakit.json': JSON.stringify(PROJECT),
    'src/index.mjs': 'export const handler = async () => "one";\n',
  });
  const run = async (...args: string[]) => {
    const { code, stdout } = await runBin([...args, '--json'], { cwd });
    return { code, ...JSON.parse(stdout) };
  };
  const { packages } = await run('package', 'hello', '--out', 'out/hello.zip');
  const [{ sha256, manifestFile }] = packages;
  expect(JSON.parse(readFileSync(path.join(cwd, manifestFile), 'utf8'))).toMatchObject({ codeSha256: sha256 });

  // The source goes on; the artifact does not.
  writeFileSync(path.join(cwd, 'src/index.mjs'), 'export const handler = async () => "two";\n');
  const deploy = (stage: string, artifact: string) =>
    run('deploy', 'hello', '--local', '--stage', stage, '--artifact', artifact);
  const dev = await deploy('dev', 'out/hello.zip');
  const prod = await deploy('prod', 'out');
  expect([dev.functions[0], prod.functions[0]]).toMatchObject([
    { functionName: 'hello-dev', outcome: 'created', codeSha256: sha256 },
    { functionName: 'hello-prod', outcome: 'created', codeSha256: sha256 },
  ]);
  const invoked = await run('invoke', 'hello', '--local', '--stage', 'prod');
  expect(invoked.payload).toBe('one');

  expect(await deploy('old', 'out/hello.zip')).toMatchObject({
    code: 3,
    error: { code: 'config-invalid', mismatch: 'runtime', wanted: 'nodejs22.x', found: 'nodejs24.x' },
  });
  const bytes = readFileSync(path.join(cwd, 'out/hello.zip'));
  const other = await run('package', 'hello', '--out', 'other.zip');
  writeFileSync(path.join(cwd, 'out/hello.zip'), readFileSync(path.join(cwd, 'other.zip')));
  expect(await deploy('dev', 'out/hello.zip')).toMatchObject({
    code: 2,
    error: { code: 'invalid-input', mismatch: 'codeSha256', wanted: sha256, found: other.packages[0].sha256 },
  });
  writeFileSync(path.join(cwd, 'out/hello.zip'), bytes);
  expect(await deploy('dev', 'out/hello.zip')).toMatchObject({ code: 0, functions: [{ outcome: 'unchanged' }] });
});
