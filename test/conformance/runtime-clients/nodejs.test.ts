import { expect, it } from 'vitest';
import { installClient } from './client-cache.js';
import { describeClient } from './describe-client.js';

// Its native part is compiled while it is installed, which takes the longest of all.
const client = await installClient({
  name: 'aws-lambda-ric-4.0.2',
  fixture: 'nodejs',
  steps: [
    ['npm', 'install', '--no-audit', '--no-fund', '--foreground-scripts'],
    ['node', '-e', 'require("./node_modules/aws-lambda-ric/rapid-client.node")'],
  ],
  env: { MAKEFLAGS: '-j2', AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1' },
});

describeClient('Node.js, aws-lambda-ric 4.0.2', client, {
  start: (folder) => ({
    bootstrap: `cd ${folder} && export LAMBDA_TASK_ROOT=${folder} && exec ${process.execPath} node_modules/aws-lambda-ric/index.mjs`,
    handler: 'app.handler',
  }),
  handlerError: { errorType: 'RangeError', errorMessage: 'boom', trace: expect.arrayContaining(['RangeError: boom']) },
  initError: { errorType: 'Error', errorMessage: 'init failed', trace: expect.any(Array) },
  more: (start) => {
    it('streams, with metadata and with an error in the middle', async () => {
      const fn = await start({ STREAM: '1' });
      const fine = await fn.stream({});
      expect(fine.contentType).toBe('application/vnd.awslambda.http-integration-response');
      expect(fine.text).toBe(`{"statusCode":201}${'\0'.repeat(8)}streamed`);
      const late = await fn.stream({ do: 'fail late' });
      expect(late.outcome.streamError?.type).toBe('RangeError');
      expect(JSON.parse(late.outcome.streamError?.details ?? '')).toMatchObject({ errorMessage: 'late boom' });
    });
  },
});
