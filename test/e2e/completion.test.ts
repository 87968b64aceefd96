import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createFolder, runBin, runShell } from './bin-kit.js';

const project = (text?: string) =>
  createFolder({
    'lambdakit.json':
      text ??
      JSON.stringify({
        functions: { orders: { alias: 'live' }, mail: {} },
        layers: { words: {} },
        stages: { prod: {} },
      }),
    '.aws/config': '[default]\nregion = eu-west-1\n[profile work]\n',
  });

describe('completion', () => {
  it.each([
    [
      ['invoke', ''],
      ['orders', 'mail'],
    ],
    [['alias', 'set', 'orders', ''], ['live']],
    [['layer', 'show', ''], ['words']],
    [['deploy', '--stage', ''], ['prod']],
    [['scaffold', '--template', 'nodejs-t'], ['nodejs-typescript']],
    [['deploy', '--profile', 'w'], ['work']],
    [['completion', 'b'], ['bash']],
  ])('%j', async (words, expected) => {
    const { code, stdout, stderr } = await runBin(['__complete', ...words], { cwd: project() });
    expect({ code, stderr, values: stdout.trim().split('\n') }).toEqual({ code: 0, stderr: '', values: expected });
  });

  it('says nothing where the project file is broken', async () => {
    const result = await runBin(['__complete', 'invoke', ''], { cwd: project('{') });
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('works in bash', async () => {
    const script = `
      source <(lambdakit completion bash)
      COMP_WORDS=(lambdakit invoke or); COMP_CWORD=2
      _lambdakit
      printf '%s\\n' "\${COMPREPLY[@]}"
      complete -p lambdakit`;
    const { code, stdout } = await runShell(script, { cwd: project() });
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual(['orders', 'complete -o default -F _lambdakit lambdakit']);
  });

  for (const shell of ['zsh', 'fish']) {
    const isMissing = spawnSync(shell, ['-c', 'true']).error !== undefined;
    it.skipIf(isMissing)(`is a script that ${shell} can read (skipped without ${shell})`, async () => {
      const cwd = project();
      const { stdout } = await runBin(['completion', shell], { cwd });
      expect(spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
  }

  it('knows three shells', async () => {
    expect(await runBin(['completion', 'tcsh'], { cwd: createFolder() })).toMatchObject({ code: 2 });
  });
});
