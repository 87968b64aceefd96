import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { invokeOnce } from '../../../src/local/invoke-once.js';
import { createTempFolder } from '../../../src/system/temp-folder.js';
import { installJavaProgram } from './java-program.js';

// Classes at the root and jars in lib, as in a deployment package.
const client = await installJavaProgram({
  name: 'java-package-with-client-2.9.0',
  fixture: 'java',
  source: 'example/Handler.java',
  classes: '.',
});
const isMissing = client.folder === undefined;

describe.skipIf(isMissing)(`a Java package${isMissing ? ` (skipped: ${client.missing})` : ''}`, () => {
  it.each(['process', 'namespace'] as const)(
    'with a runtime client runs with that, isolation %s',
    async (isolation) => {
      const cache = await createTempFolder('java-cache');
      const run = (event: unknown) =>
        invokeOnce({
          functionName: 'fn',
          codeFolder: client.folder ?? '',
          runtime: 'java21',
          handler: 'example.Handler::handle',
          payload: Buffer.from(JSON.stringify(event)),
          cacheFolder: path.join(cache.path, 'cache'),
          memorySizeMb: 1024,
          timeoutSeconds: 30,
          supervisor: { isolation },
        });
      try {
        const { outcome } = await run({ do: 'echo', value: [1, null] });
        expect(JSON.parse(Buffer.from(outcome.payload).toString('utf8'))).toMatchObject({ got: [1, null] });
        const failed = JSON.parse(Buffer.from((await run({ do: 'fail' })).outcome.payload).toString('utf8'));
        // The client names the method that called the handler; ours leaves its own frames out.
        expect(failed.stackTrace.join('\n')).toMatch(/example\.Handler\.handle/);
        expect(failed.stackTrace.join('\n')).not.toContain('lambdakit.');
      } finally {
        await cache.remove();
      }
    },
  );
});
