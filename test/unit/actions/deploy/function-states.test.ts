import { describe, expect, it } from 'vitest';
import { deployFunction } from '../../../../src/actions/deploy/deploy-function.js';
import type { DesiredFunction } from '../../../../src/actions/deploy/desired-function.js';
import { seededRandom } from '../../../service/fault-proxy.js';
import { createFakeLambda } from './fake-lambda.js';

const RUNS = 1_000;

function desired(code: string, timeout: number): DesiredFunction {
  return {
    functionName: 'hello',
    code: { kind: 's3', bucket: 'b', key: code, codeSha256: code },
    settings: { Role: 'arn:aws:iam::1:role/r', Timeout: timeout, Description: 'first' },
    companions: {},
    publish: false,
    alias: 'live',
  };
}

const EXACT_REASON = {
  creation: 'hello could not be created: The subnet has no free addresses. (SubnetOutOfIPAddresses)',
  update: 'The update of hello failed: The subnet has no free addresses. (SubnetOutOfIPAddresses)',
  role: 'The role defined for the function cannot be assumed by Lambda.',
} as const;

describe('a deployment under the states of Lambda', () => {
  it(`converges in ${RUNS} seeded lives, whatever is pending, in progress, or in between`, async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = seededRandom(seed);
      const fake = createFakeLambda({
        random,
        longestTransitionMs: 90_000,
        roleReadyAtMs: random() < 0.3 ? random() * 300_000 : 0,
        meddling: 0.2,
      });
      const created = await deployFunction(desired('first', 3), false, fake.dependencies);
      expect(created.outcome, `seed ${seed}`).toBe('created');
      for (const [code, timeout] of [
        ['second', 3],
        ['second', 9],
        ['third', 10],
      ] as const) {
        await deployFunction(desired(code, timeout), false, fake.dependencies);
        const { CodeSha256, Timeout, LastUpdateStatus } = fake.present();
        expect({ seed, CodeSha256, Timeout, LastUpdateStatus }).toEqual({
          seed,
          CodeSha256: code,
          Timeout: timeout,
          LastUpdateStatus: 'Successful',
        });
        const released = fake.versions.find(({ number }) => number === fake.alias());
        expect([released?.configuration.CodeSha256, released?.configuration.Timeout]).toEqual([code, timeout]);
      }
    }
  });

  it('reports a failed update at the first look, with its reason, and releases nothing', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const failure = { reason: 'The subnet has no free addresses.', code: 'SubnetOutOfIPAddresses' };
      const random = seededRandom(seed);
      const fake = createFakeLambda({ random, longestTransitionMs: 30_000, roleReadyAtMs: 0, meddling: 0, failure });
      await deployFunction(desired('first', 3), false, fake.dependencies);
      const startedAt = fake.clock.time;
      await expect(deployFunction(desired('first', 9), false, fake.dependencies)).rejects.toMatchObject({
        code: 'service-refused',
        message: 'The update of hello failed: The subnet has no free addresses. (SubnetOutOfIPAddresses)',
      });
      // The longest transition, and one look (2 s) later.
      expect(fake.clock.time - startedAt).toBeLessThan(33_000);
      expect([fake.alias(), fake.versions.length]).toEqual(['1', 1]);
    }
  });

  it(`stops in ${RUNS} seeded lives that go wrong with the reason that Lambda gives, and never with a conflict`, async () => {
    const failure = { reason: 'The subnet has no free addresses.', code: 'SubnetOutOfIPAddresses' };
    const ends = { creation: 0, update: 0, role: 0 };
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = seededRandom(seed);
      const end = (['creation', 'update', 'role'] as const)[Math.floor(random() * 3)] ?? 'role';
      const fake = createFakeLambda({
        random,
        longestTransitionMs: 90_000,
        roleReadyAtMs: end === 'role' ? Number.POSITIVE_INFINITY : random() * 300_000,
        meddling: 0.2,
        ...(end === 'creation' && { creationFailure: failure }),
        ...(end === 'update' && { failure }),
      });
      const deploy = (timeout: number) => deployFunction(desired('first', timeout), false, fake.dependencies);
      if (end === 'update') await deploy(3);
      const error: unknown = await deploy(9).catch((thrown: unknown) => thrown);
      expect(error, `seed ${seed}`).toMatchObject({ code: 'service-refused', message: EXACT_REASON[end] });
      // A look every two seconds; more would be waiting for what will not come.
      if (end !== 'role') expect(fake.clock.time - fake.settlesAt(), `seed ${seed}`).toBeLessThanOrEqual(2_000);
      else expect(fake.clock.time, `seed ${seed}`).toBeGreaterThan(300_000);
      ends[end]++;
    }
    expect(Math.min(...Object.values(ends))).toBeGreaterThan(RUNS / 4);
  });

  it('tries again after an update that has failed, although the settings look as wanted', async () => {
    let failure: { reason: string; code: string } | undefined = { reason: 'r', code: 'c' };
    const options = {
      random: seededRandom(7),
      longestTransitionMs: 1_000,
      roleReadyAtMs: 0,
      meddling: 0,
      get failure() {
        return failure;
      },
    };
    const fake = createFakeLambda(options);
    await deployFunction(desired('first', 3), false, fake.dependencies);
    await deployFunction(desired('first', 9), false, fake.dependencies).catch(() => undefined);
    failure = undefined;
    const again = await deployFunction(desired('first', 9), false, fake.dependencies);
    expect(again.steps[0]).toMatchObject({
      step: 'update-settings',
      changes: [{ setting: 'LastUpdateStatus', from: 'Failed (r)' }],
    });
    expect(fake.alias()).toBe('2');
  });
});
