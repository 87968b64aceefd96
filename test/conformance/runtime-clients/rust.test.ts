import { expect, it } from 'vitest';
import { installClient } from './client-cache.js';
import { describeClient } from './describe-client.js';

const client = await installClient({
  name: 'lambda_runtime-1.5.0',
  fixture: 'rust',
  steps: [['cargo', 'build', '--locked', '--quiet']],
});

describeClient('Rust, lambda_runtime 1.5.0', client, {
  start: (folder) => ({ bootstrap: `exec ${folder}/target/debug/bootstrap` }),
  handlerError: { errorMessage: 'boom', errorType: expect.stringContaining('Box<dyn core::error::Error') },
  initError: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 1$/) },
  more: (start) => {
    it('reports a panic and goes on', async () => {
      const fn = await start();
      expect((await fn.invoke({ do: 'panic' })).json).toMatchObject({
        errorMessage: expect.stringContaining('at the disco'),
      });
      expect((await fn.invoke({ do: 'echo', value: 1 })).json).toMatchObject({ got: 1 });
    });

    it('streams', async () => {
      const fn = await start({ STREAM: '1' });
      const streamed = await fn.stream({});
      expect(streamed.contentType).toBe('application/vnd.awslambda.http-integration-response');
      expect(streamed.text).toMatch(/^\{.*\}\0{8}streamed$/);
      expect(streamed.outcome.streamError).toBeUndefined();
    });
  },
});
