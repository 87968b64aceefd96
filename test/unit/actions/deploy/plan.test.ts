import { describe, expect, it } from 'vitest';
import type { CurrentFunction } from '../../../../src/actions/deploy/current-function.js';
import { reasonOf } from '../../../../src/actions/deploy/deploy-step.js';
import type { DesiredFunction } from '../../../../src/actions/deploy/desired-function.js';
import { planDeploy } from '../../../../src/actions/deploy/plan.js';

const CONFIGURATION = {
  FunctionName: 'hello',
  FunctionArn: 'arn:aws:lambda:eu-west-1:1:function:hello',
  CodeSha256: 'old',
  Timeout: 3,
  Version: '$LATEST',
} as const;

const DESIRED: DesiredFunction = {
  functionName: 'hello',
  code: { kind: 's3', bucket: 'b', key: 'k', codeSha256: 'old' },
  settings: { Timeout: 3 },
  companions: {},
  publish: false,
};

function current(more: Partial<CurrentFunction> = {}): CurrentFunction {
  return { configuration: CONFIGURATION, tags: {}, companions: { statements: [], eventSources: [] }, ...more };
}

const stepsOf = (desired: Partial<DesiredFunction>, found?: Partial<CurrentFunction>): readonly string[] =>
  planDeploy({ ...DESIRED, ...desired }, current(found)).steps.map(({ step }) => step);

describe('a plan', () => {
  it('is empty, and says why, when everything is as wanted', () => {
    expect(planDeploy(DESIRED, current())).toMatchObject({
      steps: [],
      unchanged: ['the code SHA-256 is equal', 'the settings are equal'],
    });
  });

  it('releases nothing again because the version has another description', () => {
    const aliasVersion = { ...CONFIGURATION, Version: '1', Description: 'before' };
    const found = { configuration: { ...CONFIGURATION, Description: 'after' }, aliasVersion };
    expect(stepsOf({ alias: 'live', settings: { Timeout: 3, Description: 'after' } }, found)).toEqual([]);
    expect(stepsOf({ alias: 'live' }, { ...found, aliasVersion: { ...aliasVersion, Timeout: 9 } })).toEqual([
      'publish-version',
      'update-alias',
    ]);
  });

  it('takes its steps in an order in which each can succeed', () => {
    const steps = planDeploy(
      {
        ...DESIRED,
        role: { roleName: 'hello-eu-west-1', statements: [] },
        code: { kind: 'zip', file: 'f', codeSha256: 'new', bytes: 1, staging: { bucket: undefined, key: 'k' } },
        settings: { Timeout: 4 },
        tags: { team: 'a' },
        alias: 'live',
        companions: {
          codeSigningConfigArn: 'arn:aws:lambda:eu-west-1:1:code-signing-config:csc-1',
          reservedConcurrency: 2,
          provisionedConcurrency: 1,
          eventInvokeConfig: { MaximumRetryAttempts: 1 },
          url: { AuthType: 'NONE' },
          permissions: [{ StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' }],
          eventSources: [{ EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q' }],
          logRetention: { logGroup: '/aws/lambda/hello', days: 7 },
        },
      },
      current({ role: { arn: undefined, statements: undefined } }),
    ).steps;
    expect(steps.map((step) => (step.step === 'companion' ? step.call : step.step))).toEqual([
      'create-role',
      'create-log-group',
      'set-log-retention',
      'stage-package',
      'putFunctionCodeSigningConfig',
      'update-settings',
      'update-code',
      'tagResource',
      'putFunctionConcurrency',
      'publish-version',
      'create-alias',
      'putFunctionEventInvokeConfig',
      'addPermission',
      'createFunctionUrlConfig',
      'putProvisionedConcurrencyConfig',
      'createEventSourceMapping',
    ]);
  });

  it('waits for provisioned concurrency that an alias takes to another version', () => {
    const desired = { alias: 'live', companions: { provisionedConcurrency: 2 } };
    const aliasVersion = { ...CONFIGURATION, Version: '1' };
    const provisionedAs = (status: string) => ({
      aliasVersion,
      companions: { statements: [], eventSources: [], provisioned: { requested: 2, status } },
    });
    expect(stepsOf(desired, provisionedAs('READY'))).toEqual([]);
    expect(stepsOf(desired, provisionedAs('IN_PROGRESS'))).toEqual(['wait-provisioned']);
    expect(stepsOf({ ...desired, settings: { Timeout: 4 } }, provisionedAs('READY'))).toEqual([
      'update-settings',
      'publish-version',
      'update-alias',
      'wait-provisioned',
    ]);
    // Asked for anew; that waits by itself.
    expect(stepsOf({ ...desired, settings: { Timeout: 4 } }, provisionedAs('FAILED'))).toEqual([
      'update-settings',
      'publish-version',
      'update-alias',
      'companion',
    ]);
  });

  it('stages nothing when the code is equal', () => {
    const staging = { bucket: 'b', key: 'k' };
    expect(stepsOf({ code: { kind: 'zip', file: 'f', codeSha256: 'old', bytes: 1, staging } })).toEqual([]);
  });

  it('publishes when something changed, when the alias is missing or behind, and not otherwise', () => {
    const alias = 'live';
    const released = { ...CONFIGURATION, Version: '4' };
    expect(stepsOf({ alias }, { aliasVersion: released })).toEqual([]);
    expect(stepsOf({ alias })).toEqual(['publish-version', 'create-alias']);
    expect(stepsOf({ alias }, { aliasVersion: { ...released, CodeSha256: 'older' } })).toEqual([
      'publish-version',
      'update-alias',
    ]);
    expect(stepsOf({ alias, settings: { Timeout: 4 } }, { aliasVersion: released })).toEqual([
      'update-settings',
      'publish-version',
      'update-alias',
    ]);
    expect(stepsOf({ publish: true }, { newestVersion: released })).toEqual([]);
    expect(stepsOf({ publish: true })).toEqual(['publish-version']);
  });

  it('shifts an alias that exists by its strategy, and creates one that does not at once', () => {
    const strategy = { type: 'canary', percentage: 10, waitMs: 300_000 } as const;
    const behind = { ...CONFIGURATION, Version: '4', CodeSha256: 'older' };
    const { steps } = planDeploy({ ...DESIRED, alias: 'live', strategy }, current({ aliasVersion: behind }));
    expect(steps.map(reasonOf)).toEqual([
      'publish a version',
      'shift alias live: 10 %, then all after 5m: FunctionVersion 4 → (the published version)',
    ]);
    expect(stepsOf({ alias: 'live', strategy })).toEqual(['publish-version', 'create-alias']);
  });

  it('leaves tags of AWS alone, removes those that the project has dropped, and hides what looks like a secret', () => {
    const { steps } = planDeploy(
      { ...DESIRED, tags: { team: 'b', apiToken: 'hush' } },
      current({ tags: { team: 'a', old: 'x', 'aws:cloudformation:stack-name': 's' } }),
    );
    expect(steps.map(reasonOf)).toEqual([
      expect.stringMatching(/^set tags: team a → b, \+apiToken \(hidden [0-9a-f]{6}\)$/),
      'remove tags: -old',
    ]);
  });

  it('updates code for another instruction set alone', () => {
    expect(stepsOf({ architectures: ['arm64'] })).toEqual(['update-code']);
    expect(stepsOf({ architectures: ['x86_64'] })).toEqual([]);
  });

  it('keeps what it does not know in event sources, and updates only what may be updated', () => {
    const source = {
      EventSourceArn: 'arn:aws:kinesis:eu-west-1:1:stream/s',
      StartingPosition: 'LATEST',
      BatchSize: 10,
    };
    const deployed = {
      ...source,
      UUID: 'u',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 20,
      ParallelizationFactor: 2,
    };
    const found = { companions: { statements: [], eventSources: [deployed, { UUID: 'v', EventSourceArn: 'other' }] } };
    const plan = planDeploy({ ...DESIRED, companions: { eventSources: [source] } }, current(found));
    expect(plan.steps).toMatchObject([{ call: 'updateEventSourceMapping', request: { UUID: 'u', BatchSize: 10 } }]);
    expect(plan.steps[0]).not.toHaveProperty('request.StartingPosition');
    expect(plan.notes).toEqual(['event source other was set elsewhere and stays (--prune removes it)']);
    const pruned = planDeploy({ ...DESIRED, companions: { eventSources: [source], prunes: true } }, current(found));
    expect(pruned.steps.map(reasonOf)).toContain('delete event source other: -UUID');
  });
});
