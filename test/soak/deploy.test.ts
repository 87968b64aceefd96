import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAndDeployAgain } from '../service/deploy-kills.js';
import { BASE, createFolder, createKit, HANDLER } from '../service/deploy-kit.js';
import { ALL_FAULTS, deployThroughStorm } from '../service/deploy-sequences.js';
import { limiterOf, startFaultProxy } from '../service/fault-proxy.js';
import { startTestService, type TestService } from '../service/local-service-kit.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

describe('random deployments', () => {
  it('come through a storm at 30 % of all calls, every one of 200', async () => {
    for (let seed = 100; seed < 120; seed++) {
      await deployThroughStorm({ endpoint: service.endpoint, seed, deployments: 10, rate: 0.3, faults: ALL_FAULTS });
    }
  });

  it('end in the same state after kill -9 at any call, before and after its effect', async () => {
    let points = 0;
    for (const isFirst of [false, true]) {
      for (const isAfterEffect of [false, true]) {
        for (let at = 1; at < 60; at++) {
          if (!(await killAndDeployAgain({ endpoint: service.endpoint, at, isAfterEffect, isFirst }))) break;
          points++;
        }
      }
    }
    console.log(`${points} points of death`);
    expect(points).toBeGreaterThan(45);
  });
});

it('200 functions against 15 requests a second take at most 1.2 times what that allows', async () => {
  const [count, rate] = [200, 15];
  const folder = createFolder({
    'lambdakit.json': JSON.stringify({
      region: 'us-east-1',
      functions: Object.fromEntries(Array.from({ length: count }, (_, index) => [`many-${index}`, BASE])),
    }),
    'src/index.mjs': HANDLER,
  });
  const limiter = limiterOf(rate);
  const proxy = await startFaultProxy({ target: service.endpoint, faultFor: limiter.faultFor });
  const kit = createKit({ folder, endpoint: proxy.endpoint });
  const startedAt = performance.now();
  const { results, failures } = await kit.deploy({ concurrency: 16 });
  const tookMs = performance.now() - startedAt;
  const allowedMs = ((kit.operations.length - rate) / rate) * 1_000;
  console.log(
    `${results.length} functions, ${kit.operations.length} calls, ${proxy.counts.throttle ?? 0} throttled, ${Math.round(tookMs)} ms of ${Math.round(allowedMs)} ms`,
  );
  expect(failures).toEqual([]);
  expect(tookMs).toBeLessThan(allowedMs * 1.2);
});
