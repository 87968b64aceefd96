import { describe, expect, it } from 'vitest';
import { desiredSchedules } from '../../../../src/actions/deploy/desired-schedules.js';
import { planSchedules } from '../../../../src/actions/deploy/plan-schedules.js';
import type { CurrentRule } from '../../../../src/aws/event-rules.js';
import { ruleNameOf } from '../../../../src/aws/event-rules.js';
import type { FunctionConfig } from '../../../../src/config/function-schema.js';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:hello';
const schedulesOf = (schedules: FunctionConfig['schedules']) =>
  desiredSchedules({ key: 'hello', functionName: 'hello', config: { schedules } });

const RULE: CurrentRule = {
  ruleName: 'hello-nightly',
  scheduleExpression: 'cron(0 3 * * ? *)',
  state: 'ENABLED',
  target: { arn: ARN, input: '{ "a": 1, "b": 2 }' },
  isOwn: true,
  hasOtherTargets: false,
};

const STATEMENT = {
  StatementId: 'lambdakit-schedule-hello-nightly',
  Action: 'lambda:InvokeFunction',
  Principal: 'events.amazonaws.com',
  SourceArn: 'arn:aws:events:eu-west-1:123456789012:rule/hello-nightly',
};

const NIGHTLY = { name: 'nightly', scheduleExpression: 'cron(0 3 * * ? *)', input: { b: 2, a: 1 } };
const plan = (schedules: FunctionConfig['schedules'], more: Partial<Parameters<typeof planSchedules>[0]> = {}) =>
  planSchedules({
    desired: schedulesOf(schedules),
    current: [RULE],
    statements: [STATEMENT],
    targetArn: ARN,
    ...more,
  });

describe('the plan of schedules', () => {
  it('is empty when rule, event, target and permission are as wanted, whatever the order of members', () => {
    expect(plan([NIGHTLY])).toEqual([]);
  });

  it('leaves rules alone when the project does not speak of schedules', () => {
    expect(plan(undefined)).toEqual([]);
  });

  it('makes what is missing, under names that hold the function', () => {
    const steps = plan([{ scheduleExpression: 'rate(5 minutes)' }, NIGHTLY], { current: [], statements: [] });
    expect(steps.map((step) => step.step === 'put-schedule' && [step.schedule.ruleName, step.isNew])).toEqual([
      ['hello-1', true],
      ['hello-nightly', true],
    ]);
    expect(steps[0]?.changes).toEqual([
      { setting: 'ScheduleExpression', from: undefined, to: 'rate(5 minutes)' },
      { setting: 'State', from: undefined, to: 'ENABLED' },
    ]);
  });

  it.each([
    ['another expression', { ...NIGHTLY, scheduleExpression: 'rate(1 hour)' }, 'ScheduleExpression'],
    ['switched off', { ...NIGHTLY, enabled: false }, 'State'],
    ['another event', { ...NIGHTLY, input: { a: 2 } }, 'Input'],
    ['no event of its own any more', { name: 'nightly', scheduleExpression: NIGHTLY.scheduleExpression }, 'Input'],
  ])('changes one that has %s', (_, schedule, setting) => {
    const [step] = plan([schedule]);
    expect(step).toMatchObject({ step: 'put-schedule', isNew: false });
    expect(step?.changes.map((change) => change.setting)).toEqual([setting]);
  });

  it('moves a rule to the alias, and renews a permission that is gone', () => {
    const [step] = plan([NIGHTLY], { targetArn: `${ARN}:live`, statements: [] });
    expect(step).toMatchObject({ previousTarget: ARN });
    expect(step?.changes).toEqual([
      { setting: 'Target', from: ARN, to: `${ARN}:live` },
      { setting: 'Permission', from: undefined, to: 'lambdakit-schedule-hello-nightly' },
    ]);
  });

  it('deletes its own rules that the project has no longer, and no others', () => {
    const foreign = { ...RULE, ruleName: 'hello-console', target: undefined, isOwn: false };
    const steps = plan([], { current: [RULE, foreign] });
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ step: 'delete-schedule', rule: { ruleName: 'hello-nightly' } });
  });

  it('does not touch a rule of somebody else that has the wanted name', () => {
    expect(() => plan([NIGHTLY], { current: [{ ...RULE, isOwn: false }] })).toThrow(
      'There is a rule hello-nightly already, and it does not invoke this function.',
    );
  });
});

describe('the schedules of a project', () => {
  it.each([
    [
      'one moment',
      { scheduleExpression: 'at(2030-01-01T00:00:00)' },
      'at(2030-01-01T00:00:00), which a rule cannot do',
    ],
    [
      'a time zone',
      { scheduleExpression: 'cron(0 3 * * ? *)', scheduleExpressionTimezone: 'Europe/Berlin' },
      'functions.hello.schedules[0].scheduleExpressionTimezone is Europe/Berlin, and rules run in UTC.',
    ],
  ])('are refused for AWS with %s', (_, schedule, message) => {
    expect(() => schedulesOf([schedule])).toThrow(message);
  });

  it('are refused with one name twice', () => {
    expect(() => schedulesOf([NIGHTLY, NIGHTLY])).toThrow('functions.hello.schedules has the name "nightly" twice.');
  });

  it('get names that EventBridge takes, also for long functions', () => {
    const long = ruleNameOf('f'.repeat(64), 'nightly');
    expect(long).toHaveLength(64);
    expect(long).not.toBe(ruleNameOf('f'.repeat(64), 'daily'));
  });
});
