import http from 'node:http';
import { percentile } from './measure.mjs';

/** Looks like a signed request; the local service checks the form of the signature, not its value. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000';

/**
 * Sends POST requests from so many callers at once until `count` are answered, over kept connections to loopback.
 * Returns requests per second and the latencies in milliseconds; throws on any status but 200.
 */
export async function load({ url, callers, count, body = '{}' }) {
  const { hostname, port, pathname } = new URL(url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: callers });
  const latencies = [];
  let started = 0;
  const begin = performance.now();
  const caller = async () => {
    while (started < count) {
      started += 1;
      const before = performance.now();
      await post({ agent, hostname, port, path: pathname, body });
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - begin) / 1000;
  agent.destroy();
  return { perSecond: count / seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

function post({ agent, hostname, port, path, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        hostname,
        port,
        path,
        method: 'POST',
        headers: {
          authorization: AUTHORIZATION,
          'x-amz-date': '20260101T000000Z',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`HTTP ${response.statusCode}: ${text.slice(0, 300)}`));
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
