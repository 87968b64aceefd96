import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFolder, createProject, root, runShell } from './bin-kit.js';

/** A folder with the program as an installation puts it on the PATH. */
function installProgram(): string {
  const bin = path.join(root, 'bin', 'run.js');
  const folder = createFolder({ lambdakit: `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n` });
  chmodSync(path.join(folder, 'lambdakit'), 0o755);
  return folder;
}

it('runs the script of docs/scripting.md', async () => {
  const page = readFileSync(path.join(root, 'docs/scripting.md'), 'utf8');
  const script = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const cwd = createProject('if (event.fail) throw new Error("no luck"); return { hello: event.name };');
  const { code, stdout, stderr } = await runShell(`unset -f lambdakit\n${script}`, {
    cwd,
    env: { PATH: `${installProgram()}:${process.env.PATH}` },
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout.split('\n').map((line) => line.trim())).toEqual([
    'hello: created arn:aws:lambda:us-east-1:000000000000:function:hello',
    '"outcome": "unchanged"',
    '{"HELLO":"ADA"}',
    '"errorMessage": "no luck"',
    'small enough',
    'too big: exit code 8',
    '',
  ]);
});

it('leaves the list that a loop reads to the loop', async () => {
  const cwd = createProject('return event.n;');
  const script = `printf '1\\n2\\n3\\n' | while read -r n; do
    lambdakit local invoke hello --payload "{\\"n\\":$n}" && lambdakit build --quiet
  done`;
  const { code, stdout } = await runShell(script, {
    cwd,
    env: { PATH: `${installProgram()}:${process.env.PATH}` },
  });
  expect({ code, lines: stdout.split('\n').filter((line) => /^\d$/.test(line)) }).toEqual({
    code: 0,
    lines: ['1', '2', '3'],
  });
});
