import { expect, it } from 'vitest';
import { installClient } from './client-cache.js';
import { describeClient } from './describe-client.js';

const client = await installClient({
  name: 'aws-lambda-go-1.55.1',
  fixture: 'go',
  steps: [['go', 'build', '-mod=mod', '-o', 'function', '.']],
});

describeClient('Go, github.com/aws/aws-lambda-go 1.55.1', client, {
  start: (folder) => ({ bootstrap: `exec ${folder}/function` }),
  handlerError: { errorMessage: 'boom', errorType: 'errorString' },
  initError: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 2$/) },
  more: (start) => {
    it('reports a panic with its stack and starts anew', async () => {
      const fn = await start();
      const { json } = await fn.invoke({ do: 'panic' });
      expect(json).toMatchObject({
        errorMessage: 'at the disco',
        errorType: 'string',
        stackTrace: expect.arrayContaining([expect.objectContaining({ label: 'handle' })]),
      });
      expect((await fn.invoke({ do: 'echo', value: 1 })).json).toMatchObject({ got: 1 });
    });

    it('is told when its response is too large', async () => {
      const fn = await start();
      const { json } = await fn.invoke({ do: 'too big' });
      expect(json).toEqual({
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        errorType: 'Function.ResponseSizeTooLarge',
      });
    });

    it('sends a reader in chunks without asking for streaming', async () => {
      const fn = await start({ STREAM: '1' });
      const streamed = await fn.stream({});
      expect(streamed).toMatchObject({ text: 'streamed', contentType: 'application/octet-stream' });
      expect(streamed.outcome.streamError).toBeUndefined();
      expect((await fn.invoke({})).text).toBe('streamed');
    });

    it('reports errors before and behind the first byte of a reader', async () => {
      const fn = await start({ STREAM: '1' });
      expect((await fn.invoke({ do: 'fail' })).json).toMatchObject({ errorMessage: 'boom' });
      // Behind the first byte the error comes in the trailers of a request that is buffered.
      const late = await fn.invoke({ do: 'fail late' });
      expect(late.outcome.functionError).toBe('Unhandled');
      expect(late.json).toMatchObject({ errorMessage: 'late boom', errorType: 'errorString' });
    });
  },
});
