import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEnvironmentStack } from '../../src/local/environment-stack.js';
import { createTempFolder } from '../../src/system/temp-folder.js';
import { createRequest } from './lifecycle-service.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const SOURCE = `
import os, urllib.error, urllib.request

def handler(event, context):
    key = os.environ.get("AWS_ACCESS_KEY_ID")
    if "AWS_CONTAINER_CREDENTIALS_FULL_URI" not in os.environ:
        return {"key": key}
    token = event.get("token", os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
    request = urllib.request.Request(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers={"Authorization": token})
    try:
        with urllib.request.urlopen(request) as reply:
            return {"status": reply.status, "body": reply.read().decode(), "key": key}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read().decode(), "key": key}
`;

async function open() {
  const folder = await createTempFolder('snap-start-credentials');
  const code = path.join(folder.path, 'code');
  await mkdir(code);
  await writeFile(path.join(code, 'index.py'), SOURCE);
  const stack = createEnvironmentStack({
    supervisor: {
      workFolder: path.join(folder.path, 'work'),
      cacheFolder: path.join(folder.path, 'cache'),
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
    },
    sink: () => undefined,
  });
  onTestFinished(async () => {
    await stack.dispose();
    await folder.remove();
  });
  return async (event: unknown, snapStart: boolean) => {
    const snapshot = {
      codeFolder: code,
      runtime: 'python3.13',
      snapStart,
      functionName: snapStart ? 'restored' : 'plain',
    };
    const { outcome } = await stack.dispatcher.invoke(createRequest(event, { snapshot }), { unreserved: 10 })
      .completion;
    return JSON.parse(Buffer.from(outcome.payload).toString('utf8'));
  };
}

it.skipIf(!hasPython)(
  'lets a restored environment ask for its credentials, and nobody else (needs python3)',
  async () => {
    const invoke = await open();
    const answer = await invoke({}, true);
    expect(answer).toMatchObject({ status: 200, key: null });
    expect(JSON.parse(answer.body)).toEqual({
      AccessKeyId: 'AKIDEXAMPLE',
      SecretAccessKey: 'secret',
      Token: 'session',
      Expiration: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await invoke({ token: 'guessed' }, true)).toMatchObject({
      status: 404,
      body: 'cannot get credentials for the provided token\n',
    });
    expect(await invoke({}, false)).toEqual({ key: 'AKIDEXAMPLE' });
  },
);
