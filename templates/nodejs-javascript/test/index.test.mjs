import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from '../src/index.mjs';

test('greets by name', async () => {
  const greeting = await handler({ name: 'Ada' }, { awsRequestId: '3b1f0d3e' });
  assert.deepEqual(greeting, { message: 'Hello, Ada!', requestId: '3b1f0d3e' });
});

test('greets the world when nobody is named', async () => {
  assert.equal((await handler({}, { awsRequestId: '3b1f0d3e' })).message, 'Hello, World!');
});
