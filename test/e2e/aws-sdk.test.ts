import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFolder, root, runBin } from './bin-kit.js';

const SOURCE =
  "import { LambdaClient } from '@aws-sdk/client-lambda';\nexport const handler = async () => new LambdaClient({}).config.serviceId;\n";

function createSdkProject(file: string): string {
  const hello = { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20, memorySize: 512 };
  return createFolder({ 'lambdakit.json': JSON.stringify({ functions: { hello } }), [`src/${file}`]: SOURCE });
}

for (const file of ['index.mts', 'index.cts']) {
  it(`runs a function that uses the AWS SDK of the runtime, deployed and from its source (${file})`, async () => {
    const cwd = createSdkProject(file);
    symlinkSync(path.join(root, 'node_modules'), path.join(cwd, 'node_modules'));
    expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
    expect((await runBin(['invoke', 'hello', '--local'], { cwd })).stdout).toBe('"Lambda"\n');
    expect((await runBin(['local', 'invoke', 'hello'], { cwd })).stdout).toBe('"Lambda"\n');
  });
}

it('says what to do when the project has no AWS SDK', async () => {
  const { code, stderr } = await runBin(['local', 'invoke', 'hello'], { cwd: createSdkProject('index.mts') });
  expect(code).toBe(4);
  expect(stderr).toContain('npm install --save-dev @aws-sdk/client-lambda');
});
