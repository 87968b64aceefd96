import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DeployResult } from '../../../src/actions/deploy/deploy-function.js';
import { annotationsOf } from '../../../src/cli/github/annotate-failure.js';
import { deploymentOutputs, deploymentSummary } from '../../../src/cli/github/report-deployment.js';
import { workflowCommand } from '../../../src/cli/github/workflow-command.js';
import { LambdakitError } from '../../../src/errors/lambdakit-error.js';

afterEach(() => vi.unstubAllEnvs());

const RESULT: DeployResult = {
  functionName: 'hello',
  functionArn: 'arn:aws:lambda:eu-west-1:1:function:hello',
  outcome: 'updated',
  steps: [{ step: 'update-code', title: 'update code', changes: [] }],
  reasons: ['update code: CodeSha256 a → b'],
  notes: [],
  codeSha256: 'b',
  version: '4',
  alias: 'live',
};

describe('an annotation', () => {
  it('escapes what would end it', () => {
    expect(workflowCommand({ level: 'error', title: 'a: b, c', message: '50 %\nof it' })).toBe(
      '::error title=a%3A b%2C c::50 %25%0Aof it',
    );
  });

  it('names files as the repository does', () => {
    vi.stubEnv('GITHUB_WORKSPACE', process.cwd());
    const text = workflowCommand({ level: 'warning', message: 'm', file: 'app/lambdakit.json', line: 3, column: 7 });
    expect(text).toBe('::warning file=app/lambdakit.json,line=3,col=7::m');
  });

  it('is one for each problem of the project file, and of the source', () => {
    const problems = [
      { path: 'functions.a.timeout', message: 'must be at least 1', file: 'package.json', line: 4, column: 9 },
      { path: 'functions.a.tmeout', message: 'unknown key "tmeout"' },
    ];
    expect(annotationsOf(new LambdakitError('config-invalid', 'all', { details: { problems } }))).toEqual([
      {
        level: 'error',
        title: 'lambdakit: config-invalid',
        message: 'functions.a.timeout must be at least 1',
        file: 'package.json',
        line: 4,
        column: 9,
      },
      { level: 'error', title: 'lambdakit: config-invalid', message: 'functions.a.tmeout unknown key "tmeout"' },
    ]);
    const errors = [{ text: 'Could not resolve "x"', file: 'src/index.ts', line: 1, column: 2 }];
    expect(annotationsOf(new LambdakitError('build-failed', 'all', { details: { errors } }))).toMatchObject([
      { message: 'Could not resolve "x"', file: 'src/index.ts', line: 1 },
    ]);
    const elsewhere = [{ text: 'x', file: 'no/such.ts', line: 1 }];
    expect(annotationsOf(new LambdakitError('build-failed', 'all', { details: { errors: elsewhere } }))).toEqual([
      { level: 'error', title: 'lambdakit: build-failed', message: 'x' },
    ]);
  });
});

describe('what a job is told of a deployment', () => {
  it('is a table that no name or message can break', () => {
    const failure = { key: 'other', error: new LambdakitError('access-denied', 'You may | not\n<b>') };
    const summary = deploymentSummary({ results: [RESULT], failures: [failure] });
    expect(summary).toContain('| `hello` | updated | 4 | live | `b` |  |');
    expect(summary).toContain('| `other` | **failed** |  |  |  | You may \\| not &lt;b> |');
    expect(summary).toContain('- update code: CodeSha256 a → b');
    expect(deploymentSummary({ results: [{ ...RESULT, outcome: 'planned' }], failures: [] })).toContain(
      'hello: would 1 step',
    );
  });

  it('is the facts of a single function, and the list of all', () => {
    const one = deploymentOutputs({ results: [RESULT], failures: [] });
    expect(one).toMatchObject({ changed: 'true', 'function-name': 'hello', version: '4', 'code-sha256': 'b' });
    const two = deploymentOutputs({
      results: [
        { ...RESULT, outcome: 'unchanged' },
        { ...RESULT, outcome: 'unchanged' },
      ],
      failures: [],
    });
    expect(Object.keys(two)).toEqual(['changed', 'functions']);
    expect(two.changed).toBe('false');
    expect(JSON.parse(two.functions ?? '')).toHaveLength(2);
  });
});
