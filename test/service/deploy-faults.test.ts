import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBin } from '../e2e/bin-kit.js';
import { killAndDeployAgain } from './deploy-kills.js';
import {
  BASE,
  createFolder,
  createKit,
  createProject,
  HANDLER,
  onlyResult,
  projectFile,
  writeFiles,
} from './deploy-kit.js';
import { ALL_FAULTS, deployThroughStorm } from './deploy-sequences.js';
import { limiterOf, startFaultProxy } from './fault-proxy.js';
import { failLookups } from './flaky-lookups.js';
import { startTestService, type TestService } from './local-service-kit.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

describe('a storm of faults', () => {
  it.each([1, 2])('at three calls in ten leaves every deployment of a sequence complete (seed %d)', async (seed) => {
    const { retries, faults } = await deployThroughStorm({
      endpoint: service.endpoint,
      seed,
      deployments: 3,
      rate: 0.3,
      faults: ALL_FAULTS,
    });
    expect(faults).toBeGreaterThan(0);
    expect(retries).toBeGreaterThan(0);
  });

  it('of names that are not found, at three lookups in ten, leaves every deployment complete', async () => {
    const lookups = await failLookups(0.3, 5);
    const { retries } = await deployThroughStorm({
      endpoint: service.endpoint,
      seed: 5,
      deployments: 3,
      rate: 0,
      faults: [],
      host: 'lambda.flaky.test',
    });
    expect(lookups.counts.failed).toBeGreaterThan(0);
    expect(retries).toBe(lookups.counts.failed);
  });

  it('of lost answers alone makes nothing twice', async () => {
    await deployThroughStorm({
      endpoint: service.endpoint,
      seed: 11,
      deployments: 3,
      rate: 0.5,
      faults: ['reset-after', 'half-body'],
    });
  });

  it('never makes a call again that was refused for good', async () => {
    const folder = createProject({
      functionName: 'refused',
      memorySize: 128,
      handler: 'x'.repeat(10),
      layers: ['arn:aws:lambda:us-east-1:000000000000:layer:none:1'],
    });
    const proxy = await startFaultProxy({ target: service.endpoint, faultFor: () => 'none' });
    const kit = createKit({ folder, endpoint: proxy.endpoint });
    const { failures } = await kit.deploy();
    expect(failures[0]?.error.code).toBe('service-refused');
    expect(kit.retries).toEqual([]);
    expect(kit.operations).toEqual(['GetFunction', 'CreateFunction']);
  });

  it('that never ends is reported with what was wrong', async () => {
    const folder = createProject({ functionName: 'cut-off' });
    const kit = createKit({ folder, endpoint: 'http://127.0.0.1:9' });
    const { failures } = await kit.deploy();
    expect(failures[0]?.error).toMatchObject({ code: 'unreachable' });
    expect(kit.retries.map(({ reason }) => reason)).toEqual(['unreachable', 'unreachable']);
  });
});

describe('a deployment that is killed', () => {
  it.each([1, 2, 3, 4, 5, 6])('at call %d ends in the same state after a second run', async (at) => {
    await killAndDeployAgain({
      endpoint: service.endpoint,
      point: { call: at, isAfterEffect: at % 2 === 0 },
      isFirst: at > 4,
    });
  });
});

describe('many functions', () => {
  it('all succeed against an API that throttles, without storming it', async () => {
    const [count, rate] = [40, 30];
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
    const { results, failures } = await kit.deploy({ concurrency: 16 });
    expect(failures).toEqual([]);
    expect(results.map(({ outcome }) => outcome)).toEqual(Array.from({ length: count }, () => 'created'));
    // How close it comes to the time that the rate allows is measured by the soak run, on a machine of its own.
    expect(proxy.counts.throttle ?? 0).toBeLessThan(count * 3);
  });
});

describe('the states of a function', () => {
  it('are waited for before and after each change', async () => {
    const slow = await startTestService({ realisticStates: true });
    try {
      const folder = createProject({ functionName: 'slow' });
      const kit = createKit({ folder, endpoint: slow.endpoint });
      const creation = createKit({ folder, endpoint: slow.endpoint });
      const calls = await creation.context.lambda();
      onlyResult(await kit.deploy());
      await calls.updateFunctionConfiguration({ FunctionName: 'slow', Timeout: 9 });
      writeFiles(folder, {
        'lambdakit.json': projectFile({ functionName: 'slow', timeout: 12 }),
        'src/index.mjs': `${HANDLER}//\n`,
      });
      const again = createKit({ folder, endpoint: slow.endpoint });
      expect(onlyResult(await again.deploy())).toMatchObject({ outcome: 'updated' });
      expect(again.retries).toEqual([]);
      expect(again.events.map(({ text }) => text)).toContain('waiting for an earlier update');
    } finally {
      await slow.dispose();
    }
  });
});

describe('a host whose name leads nowhere', () => {
  const deployAt = (endpoint: string, lookups: string) => {
    const folder = createProject({ functionName: 'named' });
    const preload = new URL('../fixtures/flaky-lookups.mjs', import.meta.url).href;
    return runBin(['deploy', '--verbose', '--json', '--endpoint-url', endpoint, '--role', ROLE], {
      cwd: folder,
      env: { NODE_OPTIONS: `--import=${preload}`, FLAKY_LOOKUPS: lookups, ...CREDENTIALS },
    });
  };

  it('is told after some attempts, with the name and how often it was tried', async () => {
    const { code, stdout, stderr } = await deployAt('http://lambda.flaky.test:9', '1');
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('unreachable');
    expect(error.message).toMatch(
      /^Lambda cannot be reached at http:\/\/lambda\.flaky\.test:9\/?: (DNS knows no name|no name server answers for the name) lambda\.flaky\.test \((ENOTFOUND|EAI_AGAIN), tried \d+ times\)\.$/,
    );
    expect(stderr).toMatch(/GetFunction: attempt 1 failed \((dns: ENOTFOUND|network: EAI_AGAIN)\), again in \d+ ms/);
    expect(code).toBe(5);
  });

  it('is the real resolver that is asked, too', async () => {
    const folder = createProject({ functionName: 'named' });
    // RFC 6761 keeps this domain free of names; a machine without a name server answers EAI_AGAIN.
    const { code, stdout } = await runBin(['list', '--json', '--endpoint-url', 'http://lambda.invalid:9'], {
      cwd: folder,
      env: CREDENTIALS,
    });
    expect(JSON.parse(stdout).error.message).toMatch(/lambda\.invalid \((ENOTFOUND|EAI_AGAIN), tried \d+ times\)\.$/);
    expect(code).toBe(5);
  });

  it('now and then does not stop a deployment', async () => {
    const proxy = await startFaultProxy({
      target: service.endpoint,
      faultFor: () => 'none',
      closesConnections: true,
    });
    const { code, stdout } = await deployAt(proxy.endpoint.replace('127.0.0.1', 'lambda.flaky.test'), '0.3');
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, functions: [{ outcome: 'created' }] });
  });
});

const ROLE = 'arn:aws:iam::000000000000:role/r';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };

describe('--verbose', () => {
  it('tells of each attempt that is made again', async () => {
    const folder = createProject({ functionName: 'verbose' });
    const proxy = await startFaultProxy({
      target: service.endpoint,
      faultFor: ({ number }) => (number === 2 ? 'unavailable' : 'none'),
    });
    const bin = path.resolve(import.meta.dirname, '../../bin/run.js');
    const child = spawn(
      process.execPath,
      [bin, 'deploy', '--verbose', '--endpoint-url', proxy.endpoint, '--role', 'arn:aws:iam::000000000000:role/r'],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, CI: '1' },
      },
    );
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect(stderr).toMatch(/CreateFunction: attempt 1 failed \(fault: \w+\), again in \d+ ms/);
    expect(code).toBe(0);
  });
});
