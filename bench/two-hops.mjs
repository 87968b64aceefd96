/**
 * The floor that a process-per-environment service cannot go below: a front server that hands each request
 * over HTTP to a process behind it and returns its answer. Run as a child it is the process behind.
 */
import { fork } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

function readAll(stream) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', reject);
  });
}

if (process.argv[1] === self && process.send !== undefined) {
  const server = http.createServer(async (request, response) => {
    const body = await readAll(request);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(JSON.parse(body.toString() || '{}')));
  });
  // The front keeps its connections between two rounds; the default would reset them in the middle of the next.
  server.keepAliveTimeout = 0;
  process.send({ port: await listen(server) });
  process.on('disconnect', () => process.exit());
}

/** Starts both servers; returns the URL of the front one. */
export async function startTwoHops() {
  const child = fork(self, { execArgv: [] });
  const { port } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', reject);
  });
  const agent = new http.Agent({ keepAlive: true });
  const front = http.createServer(async (request, response) => {
    const body = await readAll(request);
    const hop = http.request(
      { agent, hostname: '127.0.0.1', port, method: 'POST', headers: { 'content-length': body.length } },
      async (answer) => {
        response.setHeader('content-type', 'application/json');
        response.end(await readAll(answer));
      },
    );
    hop.end(body);
  });
  const frontPort = await listen(front);
  return {
    url: `http://127.0.0.1:${frontPort}/`,
    stop() {
      agent.destroy();
      front.closeAllConnections();
      front.close();
      child.disconnect();
    },
  };
}
