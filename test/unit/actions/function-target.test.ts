import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveFunctionTarget } from '../../../src/actions/function-target.js';
import { loadProject } from '../../../src/config/load-project.js';
import { writeFile } from '../../../src/system/files.js';
import { createTempFolder } from '../../../src/system/temp-folder.js';

async function contextOf(document: object | undefined, stage?: string) {
  const folder = await createTempFolder('target');
  onTestFinished(() => folder.remove());
  if (document !== undefined) await writeFile(`${folder.path}/lambdakit.json`, JSON.stringify(document));
  const project = await loadProject({ folder: folder.path, stage, environment: { WHO: 'ada' } });
  return { project: async () => project };
}

const project = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: references of the project file.
  functions: { api: { functionName: 'shop-${stage, dev}-api' }, worker: { environment: { KEY: '${env:NOT_SET}' } } },
  stages: { prod: { functions: { worker: { functionName: 'prod-worker' } } } },
};

describe('FUNCTION', () => {
  it('is a key of the project file, also when other values of the function are missing', async () => {
    expect(await resolveFunctionTarget('worker', await contextOf(project))).toEqual({
      functionName: 'worker',
      qualifier: undefined,
      key: 'worker',
    });
  });

  it('takes the name from the stage', async () => {
    expect(await resolveFunctionTarget('worker:live', await contextOf(project, 'prod'))).toEqual({
      functionName: 'prod-worker',
      qualifier: 'live',
      key: 'worker',
    });
    expect(await resolveFunctionTarget('prod-worker', await contextOf(project, 'prod'))).toMatchObject({
      key: 'worker',
    });
  });

  it('is an ARN in a project, too', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:other';
    expect(await resolveFunctionTarget(`${arn}:3`, await contextOf(project))).toEqual({
      functionName: arn,
      qualifier: '3',
      key: undefined,
    });
  });

  it('is any name without a project', async () => {
    expect(await resolveFunctionTarget('anything:7', await contextOf(undefined))).toEqual({
      functionName: 'anything',
      qualifier: '7',
      key: undefined,
    });
  });

  it('is refused when the project does not know it, with the key that was meant', async () => {
    await expect(resolveFunctionTarget('wroker', await contextOf(project))).rejects.toMatchObject({
      code: 'invalid-input',
      hint: expect.stringContaining('"worker"'),
    });
  });

  it('is refused when it is no name', async () => {
    await expect(resolveFunctionTarget('a b', await contextOf(undefined))).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
