import { expect, it } from 'vitest';
import { installClient } from './client-cache.js';
import { describeClient } from './describe-client.js';

const client = await installClient({
  name: 'aws_lambda_ric-3.1.3',
  fixture: 'ruby',
  steps: [['gem', 'install', 'aws_lambda_ric', '--version', '3.1.3', '--no-document', '--install-dir', 'gems']],
});

describeClient('Ruby, aws_lambda_ric 3.1.3', client, {
  start: (folder) => ({
    bootstrap: `cd ${folder} && exec ruby -I gems/gems/aws_lambda_ric-3.1.3/lib -e 'require "aws_lambda_ric"; AwsLambdaRIC::Bootstrap.new.start'`,
    handler: 'app.handler',
    environment: { PATH: process.env.PATH ?? '' },
  }),
  handlerError: { errorMessage: 'boom', errorType: 'Function<ArgumentError>', stackTrace: expect.any(Array) },
  initError: { errorMessage: 'init failed', errorType: 'Init<RuntimeError>' },
  more: (start) => {
    it('ends with the code of exit! and starts anew', async () => {
      const fn = await start();
      expect((await fn.invoke({ do: 'exit' })).json).toMatchObject({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/exit status 9$/),
      });
      expect((await fn.invoke({ do: 'echo', value: 1 })).json).toMatchObject({ got: 1 });
    });
  },
});
