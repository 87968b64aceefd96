import { describe, expect, it } from 'vitest';
import { completeWords, type NameKind } from '../../../../src/cli/completion/complete-words.js';

const flag = (name: string, more: object = {}) => ({ name, type: 'boolean' as const, ...more });
const manifest = {
  commands: {
    deploy: {
      id: 'deploy',
      summary: 'Deploy.',
      args: { functions: { name: 'functions', multiple: true } },
      flags: {
        all: flag('all', { description: 'All of them.' }),
        env: flag('env', { type: 'option', char: 'e', multiple: true }),
        stage: flag('stage', { type: 'option' }),
        out: flag('out', { type: 'option' }),
        architecture: flag('architecture', { type: 'option', options: ['x86_64', 'arm64'] }),
        secret: flag('secret', { hidden: true }),
      },
    },
    'alias:set': {
      id: 'alias:set',
      summary: 'Set.',
      args: { function: { name: 'function' }, alias: { name: 'alias' } },
      flags: {},
    },
    'alias:list': { id: 'alias:list', args: {}, flags: {} },
    scaffold: { id: 'scaffold', summary: 'Make.', aliases: ['init'], args: {}, flags: {} },
    inner: { id: 'inner', hidden: true, args: {}, flags: {} },
  },
};
const names: Readonly<Record<string, readonly string[]>> = {
  function: ['orders', 'others', 'mail'],
  alias: ['live'],
  stage: ['prod', 'test'],
};
const complete = async (...words: string[]) =>
  (await completeWords(words, manifest, async (kind: NameKind) => names[kind] ?? [])).map(({ value }) => value);

describe('completion', () => {
  it.each([
    [[''], ['alias', 'deploy', 'init', 'scaffold']],
    [['al'], ['alias']],
    [
      ['alias', ''],
      ['list', 'set'],
    ],
    [
      ['alias', 'set', 'o'],
      ['orders', 'others'],
    ],
    [['alias', 'set', 'orders', ''], ['live']],
    [['alias', 'set', 'orders', 'live', ''], []],
    [['deploy', 'orders', 'm'], ['mail']],
    [
      ['deploy', '--stage', ''],
      ['prod', 'test'],
    ],
    [['deploy', '--stage', 'p'], ['prod']],
    [['deploy', '--stage', 'prod', 'm'], ['mail']],
    [
      ['deploy', '--architecture', ''],
      ['x86_64', 'arm64'],
    ],
    [['deploy', '--out', ''], []],
    [
      ['deploy', '--'],
      ['--all', '--env', '--stage', '--out', '--architecture'],
    ],
    [
      ['deploy', '--all', '-e', 'A=B', '--'],
      ['--env', '--stage', '--out', '--architecture'],
    ],
    [['nothing', ''], []],
  ])('%j gives %j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('describes commands and flags', async () => {
    const [deploy] = await completeWords(['dep'], manifest, async () => []);
    const [all] = await completeWords(['deploy', '--a'], manifest, async () => []);
    expect([deploy, all]).toEqual([
      { value: 'deploy', description: 'Deploy.' },
      { value: '--all', description: 'All of them.' },
    ]);
  });
});
