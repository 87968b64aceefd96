import { once } from 'node:events';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { createProject, resultOf, runBin, startBin } from './bin-kit.js';

/** A service of the project that listens, until the test ends; resolves to what it printed. */
async function startService(cwd: string, ...flags: string[]): Promise<string> {
  const service = startBin(['local', 'start', '--port', '0', '--json', ...flags], { cwd });
  const ended = resultOf(service);
  onTestFinished(async () => {
    service.kill('SIGINT');
    await ended;
  });
  const [printed] = await once(service.stdout!, 'data');
  return String(printed);
}

it('has the concurrency of an account that it is told', async () => {
  const cwd = createProject('return 1;');
  expect(await runBin(['local', 'start', '--account-concurrency', '0'], { cwd })).toMatchObject({ code: 2 });
  const { endpoint } = JSON.parse(await startService(cwd, '--account-concurrency', '120'));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  lambda.destroy();
  expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 120, UnreservedConcurrentExecutions: 120 });
});

it('logs a timeout in the words of earlier years, too, when asked to', async () => {
  const cwd = createProject('await new Promise((resolve) => setTimeout(resolve, 60_000));', { timeout: 1 });
  await startService(cwd, '--legacy-log-lines');
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const { stderr } = await runBin(['invoke', 'hello', '--local', '--tail'], { cwd });
  expect(stderr).toMatch(/Z [0-9a-f-]{36} Task timed out after 1\.00 seconds\n\nEND RequestId: .*\nREPORT .*timeout\n/);
});
