import { expect, it } from 'vitest';
import { createProject, runBin } from './bin-kit.js';

it('tells that an asynchronous event waits for the next local service', async () => {
  const cwd = createProject('throw new Error("not yet");');
  expect(await runBin(['deploy', '--local'], { cwd })).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await runBin(['invoke', 'hello', '--async', '--local', '--json'], { cwd });
  expect({ code, status: JSON.parse(stdout).statusCode }).toEqual({ code: 0, status: 202 });
  expect(stderr).toContain('one asynchronous event is kept on disk');
  expect(stderr).toContain('lambdakit local start');
});
