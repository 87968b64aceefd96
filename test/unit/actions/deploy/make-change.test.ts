import { describe, expect, it } from 'vitest';
import { isOwnDuplicate, makeChange } from '../../../../src/actions/deploy/make-change.js';
import { LambdakitError } from '../../../../src/errors/lambdakit-error.js';

function refusal(awsCode: string, message: string): LambdakitError {
  return new LambdakitError('service-refused', message, { details: { awsCode } });
}

const NOT_ASSUMABLE = refusal(
  'InvalidParameterValueException',
  'The role defined for the function cannot be assumed by Lambda.',
);
const IN_PROGRESS = refusal(
  'ResourceConflictException',
  'The operation cannot be performed at this time. An update is in progress for resource: arn',
);

/** Dependencies under a clock of their own, which a pause moves on. */
function underClock() {
  const clock = { time: 0, looks: 0 };
  return {
    clock,
    dependencies: {
      calls: {
        getFunctionConfiguration: async () => {
          clock.looks++;
          return { State: 'Active', LastUpdateStatus: 'Successful', $metadata: {} } as const;
        },
      },
      signal: new AbortController().signal,
      progress: () => undefined,
      now: () => clock.time,
      sleep: async (delayMs: number) => {
        clock.time += delayMs;
      },
      random: () => 0.5,
    },
  };
}

describe('a change that is refused for a while', () => {
  it.each([5_000, 60_000, 300_000])('waits for a role that can be assumed after %d ms', async (readyAtMs) => {
    const { clock, dependencies } = underClock();
    const answer = await makeChange('hello', dependencies, async () => {
      if (clock.time < readyAtMs) throw NOT_ASSUMABLE;
      return 'made';
    });
    expect(answer).toBe('made');
    expect(clock.time).toBeLessThan(readyAtMs + 10_000);
    expect(clock.looks).toBe(0);
  });

  it("gives a role up after six minutes, with the service's own words", async () => {
    const { clock, dependencies } = underClock();
    await expect(
      makeChange('hello', dependencies, async () => {
        throw NOT_ASSUMABLE;
      }),
    ).rejects.toBe(NOT_ASSUMABLE);
    expect(clock.time).toBeGreaterThan(360_000);
    expect(clock.time).toBeLessThan(380_000);
  });

  it('waits for an update of somebody else before it tries again', async () => {
    const { clock, dependencies } = underClock();
    let attempts = 0;
    await makeChange('hello', dependencies, async () => {
      if (++attempts < 4) throw IN_PROGRESS;
    });
    expect(clock.looks).toBe(3);
  });

  it('waits for the permissions of a role that a poller needs', async () => {
    const { clock, dependencies } = underClock();
    const refused = refusal(
      'InvalidParameterValueException',
      'The function execution role does not have permissions to call ReceiveMessage on SQS',
    );
    await makeChange('hello', dependencies, async () => {
      if (clock.time < 20_000) throw refused;
    });
    expect(clock.time).toBeLessThan(31_000);
  });
});

describe('a change that is refused for good', () => {
  it.each([
    refusal('InvalidParameterValueException', 'Unzipped size must be smaller than 262144000 bytes'),
    refusal('ResourceConflictException', 'Function already exist: hello'),
    refusal('AccessDeniedException', 'no'),
    new TypeError('ours'),
  ])('is made once: %s', async (error) => {
    const { clock, dependencies } = underClock();
    let attempts = 0;
    await expect(
      makeChange('hello', dependencies, async () => {
        attempts++;
        throw error;
      }),
    ).rejects.toBe(error);
    expect([attempts, clock.time]).toEqual([1, 0]);
  });

  it('is no duplicate of ours when it was sent once', () => {
    expect(isOwnDuplicate(refusal('ResourceConflictException', 'Function already exist: hello'))).toBe(false);
  });
});
