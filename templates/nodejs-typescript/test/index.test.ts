import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from '../src/index.ts';

const context = { awsRequestId: '3b1f0d3e' };

test('greets by name', async () => {
  assert.deepEqual(await handler({ name: 'Ada' }, context), { message: 'Hello, Ada!', requestId: '3b1f0d3e' });
});

test('greets the world when nobody is named', async () => {
  assert.equal((await handler({}, context)).message, 'Hello, World!');
});

test('refuses a name that is not text', async () => {
  await assert.rejects(handler({ name: 7 }, context), /Expected string/);
});
