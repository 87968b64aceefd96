import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TRUE_VIEW } from '../../../../src/local/supervisor/filesystem-view.js';
import { javaArguments } from '../../../../src/local/supervisor/java-command.js';
import { createTempFolder } from '../../../../src/system/temp-folder.js';

async function argumentsFor(files: readonly string[]): Promise<readonly string[]> {
  const task = await createTempFolder('java-command');
  onTestFinished(() => task.remove());
  for (const name of files) {
    await mkdir(path.dirname(path.join(task.path, name)), { recursive: true });
    await writeFile(path.join(task.path, name), '');
  }
  const request = { memorySizeMb: 512, handler: 'a.B::c', view: TRUE_VIEW, debugArguments: ['-agentlib:x'] };
  return javaArguments({ ...request, hostPath: () => task.path });
}

const CLIENT = 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda';

describe('the start of Java', () => {
  it('has our start program and the heap of the memory size', async () => {
    const args = await argumentsFor(['lib/other.jar', 'a/B.class']);
    expect(args.slice(0, 2)).toEqual(['-agentlib:x', '-XX:MaxHeapSize=435m']);
    expect(args.slice(-4)).toEqual(['-cp', '/var/runtime/runtime.jar', 'lambdakit.runtime.Main', '/opt']);
  });

  it.skipIf(process.platform !== 'linux').each([
    ['in lib', 'lib/aws-lambda-java-runtime-interface-client-2.9.0.jar'],
    ['unpacked', `${CLIENT.replaceAll('.', '/')}.class`],
  ])('has the runtime client of the package, %s (Linux)', async (_where, file) => {
    const args = await argumentsFor([file]);
    expect(args.slice(-4)).toEqual(['-cp', '/var/task:/var/task/lib/*:/opt/java/lib/*', CLIENT, 'a.B::c']);
  });
});
