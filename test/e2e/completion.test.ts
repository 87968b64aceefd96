import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, root, runBin, runShell, writeFiles } from './bin-kit.js';

function isMissing(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).error !== undefined;
}

async function scriptOf(shell: string, cwd: string): Promise<string> {
  return (await runBin(['completion', shell], { cwd })).stdout;
}

/** A shell finds the program on its path, as after an installation. */
function environmentWithBin(cwd: string) {
  writeFiles(cwd, {
    'bin/lambdakit': `#!/bin/sh\nexec '${process.execPath}' '${path.join(root, 'bin/run.js')}' "$@"\n`,
  });
  chmodSync(path.join(cwd, 'bin/lambdakit'), 0o755);
  const env = { PATH: `${path.join(cwd, 'bin')}:${process.env.PATH}`, HOME: cwd, TERM: 'dumb' };
  return { cwd, env, encoding: 'utf8', timeout: 60_000 } as const;
}

const project = (text?: string) =>
  createFolder({
    'lambdakit.json':
      text ??
      JSON.stringify({
        functions: { orders: { alias: 'live' }, mail: {} },
        layers: { words: {} },
        stages: { prod: {} },
      }),
    'events/mine.json': '{}',
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
    [['invoke', 'orders', '--event', 'm'], ['mine']],
    [['invoke', 'orders', '--event=mi'], ['--event=mine']],
    [['invoke', 'orders', '--event', '=', 'mi'], ['mine']],
    [['event', 'generate', 'sq'], ['sqs']],
    [['logs', 'orders', '--level', 'ER'], ['ERROR']],
    [['logs', 'orders', '--alias', ''], ['live']],
    [
      ['help', 'alias s'],
      ['alias set', 'alias shift'],
    ],
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

  it.skipIf(isMissing('zsh')).each(['path', 'source'])('works in zsh by %s (skipped without zsh)', async (way) => {
    const cwd = project();
    writeFiles(cwd, { 'fpath/_lambdakit': await scriptOf('zsh', cwd), 'lambdakit-notes.txt': '' });
    const setUp =
      way === 'path'
        ? 'fpath=($PWD/fpath $fpath); autoload -Uz compinit; compinit -u -D'
        : 'autoload -Uz compinit; compinit -u -D; source $PWD/fpath/_lambdakit';
    // A terminal of zsh's own, in which an interactive zsh completes what is typed.
    const driver = `
      zmodload zsh/zpty
      zpty inner zsh -f -i
      zpty -w inner 'PS1=; unsetopt zle_bracketed_paste; TERM=dumb; ${setUp}; print rea""dy'
      zpty -r -m inner seen '*ready*'
      zpty -w -n inner $'lambdakit invoke or\t'
      zpty -r -m inner seen '*orders*' && print -r -- "names: $seen"
      zpty -w -n inner $'\x15lambdakit package --out lambdakit-n\t'
      zpty -r -m inner seen '*lambdakit-notes.txt*' && print -r -- "files: $seen"
      zpty -d inner`;
    const { status, stdout, stderr } = spawnSync('zsh', ['-f', '-c', driver], environmentWithBin(cwd));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/names: [\s\S]*lambdakit invoke or[\s\S]*ders/);
    expect(stdout).toContain('files: ');
  });

  it.skipIf(isMissing('fish'))('works in fish (skipped without fish)', async () => {
    const cwd = project();
    writeFiles(cwd, { 'lambdakit.fish': await scriptOf('fish', cwd), 'lambdakit-notes.txt': '' });
    const complete = (line: string) => {
      const command = `source lambdakit.fish; complete --do-complete '${line}'`;
      const { stdout } = spawnSync('fish', ['--no-config', '-c', command], environmentWithBin(cwd));
      return stdout.split('\n').filter((text) => text !== '');
    };
    expect(complete('lambdakit invoke or')).toEqual(['orders']);
    expect(complete('lambdakit deploy --stage=p')).toEqual(['--stage=prod']);
    expect(complete('lambdakit ali')).toEqual(['alias']);
    expect(complete('lambdakit package --out lambdakit-n')).toEqual(['lambdakit-notes.txt']);
  });

  it('knows three shells', async () => {
    expect(await runBin(['completion', 'tcsh'], { cwd: createFolder() })).toMatchObject({ code: 2 });
  });
});
