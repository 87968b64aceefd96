import { expect, it } from 'vitest';
import { installClient } from './client-cache.js';
import { describeClient } from './describe-client.js';

const client = await installClient({
  name: 'awslambdaric-4.2.2',
  fixture: 'python',
  steps: [['python3', '-m', 'pip', 'install', '--quiet', '--target', 'packages', 'awslambdaric==4.2.2']],
});

describeClient('Python, awslambdaric 4.2.2', client, {
  start: (folder) => ({
    bootstrap: `cd ${folder} && export PYTHONPATH=${folder}/packages:${folder} && exec python3 -m awslambdaric "$_HANDLER"`,
    handler: 'app.handler',
    environment: { PATH: process.env.PATH ?? '' },
  }),
  handlerError: {
    errorMessage: 'boom',
    errorType: 'RuntimeError',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    stackTrace: [expect.stringContaining('raise RuntimeError("boom")')],
  },
  initError: { errorMessage: 'init failed', errorType: 'RuntimeError', requestId: '' },
  more: (start) => {
    it('ends with the code of sys.exit and starts anew', async () => {
      const fn = await start();
      expect((await fn.invoke({ do: 'exit' })).json).toMatchObject({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/exit status 3$/),
      });
      expect((await fn.invoke({ do: 'echo', value: 1 })).json).toMatchObject({ got: 1 });
    });

    it('sends bytes raw', async () => {
      const fn = await start();
      expect((await fn.invoke({ do: 'bytes' })).text).toBe('raw bytes');
    });
  },
});
