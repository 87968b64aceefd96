/**
 * The floor that a process-per-environment service cannot go below: a front server that hands each request
 * over HTTP to a process behind it and returns its answer. Run as a child it is one of the two.
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

function createBackServer() {
  const server = http.createServer(async (request, response) => {
    const body = await readAll(request);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(JSON.parse(body.toString() || '{}')));
  });
  // The front keeps its connections between two rounds; the default would reset them in the middle of the next.
  server.keepAliveTimeout = 0;
  return server;
}

function createFrontServer(port, agent) {
  return http.createServer(async (request, response) => {
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
}

const [, program, backPort] = process.argv;
if (program === self && process.send !== undefined) {
  const agent = new http.Agent({ keepAlive: true });
  const server = backPort === undefined ? createBackServer() : createFrontServer(Number(backPort), agent);
  process.send({ port: await listen(server) });
  process.on('disconnect', () => process.exit());
}

async function startChild(...args) {
  const child = fork(self, args, { execArgv: [] });
  const { port } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', reject);
  });
  return { child, port };
}

/** Starts both servers, the front one in this process, beside the callers; returns its URL. */
export async function startTwoHops() {
  const { child, port } = await startChild();
  const agent = new http.Agent({ keepAlive: true });
  const front = createFrontServer(port, agent);
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

/** Starts both servers as processes of their own, as a service and its function are; returns the URL of the front one. */
export async function startTwoHopProcesses() {
  const back = await startChild();
  const front = await startChild(String(back.port));
  return {
    url: `http://127.0.0.1:${front.port}/`,
    stop() {
      front.child.disconnect();
      back.child.disconnect();
    },
  };
}
