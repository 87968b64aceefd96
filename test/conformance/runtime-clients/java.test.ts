import { expect, it } from 'vitest';
import { describeClient } from './describe-client.js';
import { installJavaProgram } from './java-program.js';

const client = await installJavaProgram({
  name: 'aws-lambda-java-runtime-interface-client-2.9.0',
  fixture: 'java',
  source: 'example/Handler.java',
});

describeClient('Java, aws-lambda-java-runtime-interface-client 2.9.0', client, {
  start: (folder) => ({
    bootstrap: `exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '${folder}/classes:${folder}/lib/*' com.amazonaws.services.lambda.runtime.api.client.AWSLambda "$_HANDLER"`,
    handler: 'example.Handler::handle',
    memorySizeMb: 1024,
    environment: { PATH: process.env.PATH ?? '' },
  }),
  handlerError: {
    errorMessage: 'boom',
    errorType: 'java.lang.IllegalArgumentException',
    stackTrace: expect.arrayContaining([expect.stringMatching(/^example\.Handler\.handle\(Handler\.java:\d+\)$/)]),
  },
  initError: { errorMessage: 'init failed', errorType: 'java.lang.IllegalStateException' },
  more: (start) => {
    it('ends with the code of System.exit and starts anew', async () => {
      const fn = await start();
      expect((await fn.invoke({ do: 'exit' })).json).toMatchObject({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/exit status 7$/),
      });
      expect((await fn.invoke({ do: 'echo', value: 1 })).json).toMatchObject({ got: 1 });
    });
  },
});
