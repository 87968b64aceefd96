import { Args, Flags, Parser } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { usageErrorOf } from '../../../src/cli/usage-error.js';

const oclifError = (message: string, more: object = {}) =>
  Object.assign(new Error(message), { oclif: { exit: 2 }, ...more });

describe('a mistake in the arguments', () => {
  it('is told without the footer of the parser, and with the flag that was meant', () => {
    const raw = oclifError('Nonexistent flag: --paylod\nSee more help with --help', {
      flags: ['--paylod'],
      parse: { input: { flags: { payload: {}, tail: {} } } },
    });
    expect(usageErrorOf(raw, 'lambdakit')).toMatchObject({
      code: 'usage',
      message: 'Unknown flag: --paylod',
      hint: 'Did you mean --payload?',
    });
  });

  it('points to the help where nothing is near', () => {
    expect(usageErrorOf(oclifError('Expected an integer but received: x'), 'lambdakit')).toMatchObject({
      message: 'Expected an integer but received: x',
      hint: expect.stringContaining('--help'),
    });
  });

  it('does not warn of flags that would take the arguments behind them, since ours take one value each', async () => {
    const args = { function: Args.string({ description: 'Name.', required: true }) };
    const flags = { env: Flags.string({ multiple: true, multipleNonGreedy: true }) };
    const raw: Error = await Parser.parse(['--env', 'A=1'], { args, flags }).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(raw.message).toContain('Note: --env');
    expect(usageErrorOf(raw, 'lambdakit')?.message).toBe('Missing 1 required arg:\nfunction  Name.');
  });

  it('is no other error', () => {
    expect(usageErrorOf(new Error('something else'), 'lambdakit')).toBeUndefined();
    expect(usageErrorOf(Object.assign(new Error('exit'), { oclif: { exit: 1 } }), 'lambdakit')).toBeUndefined();
  });
});
