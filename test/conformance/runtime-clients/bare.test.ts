import { expect } from 'vitest';
import { installClient } from './client-cache.js';
import { describeClient } from './describe-client.js';

describeClient(
  'a shell script with curl',
  await installClient({ name: 'shell', fixture: 'shell', steps: [['curl', '--version']] }),
  {
    start: (folder) => ({ bootstrap: `exec sh ${folder}/runtime.sh` }),
    handlerError: { errorMessage: 'boom', errorType: 'ShellError' },
    initError: { errorMessage: 'init failed', errorType: 'InitError' },
  },
);

describeClient(
  'a C program over plain sockets',
  await installClient({ name: 'c', fixture: 'c', steps: [['cc', '-O1', '-o', 'runtime', 'runtime.c']] }),
  {
    start: (folder) => ({ bootstrap: `exec ${folder}/runtime` }),
    handlerError: { errorMessage: 'boom', errorType: 'CError' },
    initError: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/signal: aborted/) },
  },
);
