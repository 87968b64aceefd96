import { once } from 'node:events';
import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { acceptPlainRequests } from '../../../src/system/plain-connection.js';

const REQUEST = 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n';

it('keeps a connection whose next request has come with the one before, when idle ones are closed', async () => {
  const server = createServer();
  let answered = 0;
  const connections = acceptPlainRequests(server, () => () => {
    answered += 1;
    const reply = Promise.resolve({ status: 200, headers: {}, body: Buffer.from(`answer ${answered}\n`) });
    // Right behind the answer, and before the next request is looked at.
    if (answered === 1) void reply.then(() => reply.then(close));
    return reply;
  });
  const close = (): void => connections.closeIdle();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  socket.write(REQUEST + REQUEST);
  await expect.poll(() => text).toContain('answer 2');
  connections.closeIdle();
  await once(socket, 'close');
});
