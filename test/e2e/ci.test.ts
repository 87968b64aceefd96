import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startTestService, type TestService } from '../service/local-service-kit.js';
import { createFolder, root, runBin, runShell } from './bin-kit.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.dispose());

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The shell lines of the workflow in docs/ci.md, with the variables of their steps. */
function workflowLines(): readonly string[] {
  const page = readFileSync(path.join(root, 'docs/ci.md'), 'utf8');
  const workflow = parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  };
  return Object.values(workflow.jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ run }) => run !== undefined && run !== 'npm ci')
    .map(({ run, env = {} }) =>
      [
        ...Object.entries(env).map(
          ([name, value]) =>
            // What GitHub puts in for an output of an earlier step.
            `export ${name}='${value.replace(/^\$\{\{ steps\.\w+\.outputs\.(\w+) \}\}$/, '@$1@')}'`,
        ),
        run,
      ].join('\n'),
    );
}

/** `npx`, as a job has it after `npm ci`. */
function installProgram(): string {
  const bin = path.join(root, 'bin', 'run.js');
  const folder = createFolder({ npx: `#!/bin/sh\nshift\nexec '${process.execPath}' '${bin}' "$@"\n` });
  chmodSync(path.join(folder, 'npx'), 0o755);
  return folder;
}

const PROJECT = {
  service: 'ci',
  functions: {
    hello: {
      code: 'src',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeout: 10,
      role: 'arn:aws:iam::000000000000:role/hello',
      alias: 'live',
    },
  },
  stages: { dev: { functions: { hello: { functionName: 'hello-dev' } } } },
};

const jobVariables = (cwd: string): Record<string, string> => ({
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_WORKSPACE: cwd,
  GITHUB_OUTPUT: path.join(cwd, 'output.txt'),
  GITHUB_STEP_SUMMARY: path.join(cwd, 'summary.md'),
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL_LAMBDA: service.endpoint,
});

describe('the workflow of docs/ci.md', () => {
  it('builds, shows the plan, deploys what was built, and invokes it', async () => {
    const cwd = createFolder({
      'lambdakit.json': JSON.stringify(PROJECT),
      'src/index.mjs': 'export const handler = async ({ name }) => ({ hello: name });\n',
    });
    const lines = workflowLines();
    expect(lines).toHaveLength(6);
    const env: Record<string, string> = { ...jobVariables(cwd), PATH: `${installProgram()}:${process.env.PATH}` };
    let stdout = '';
    for (const line of lines) {
      const outputs = existsSync(env.GITHUB_OUTPUT ?? '') ? readFileSync(env.GITHUB_OUTPUT ?? '', 'utf8') : '';
      const filled = line.replace(
        /@(\w+)@/g,
        (_, name) =>
          outputs
            .match(new RegExp(`^${name}=(.*)$`, 'gm'))
            ?.at(-1)
            ?.split('=')[1] ?? '',
      );
      const result = await runShell(`set -e\n${filled}`, { cwd, env });
      expect({ line, ...result }).toMatchObject({ code: 0 });
      stdout += result.stdout;
    }
    expect(stdout).toContain(
      'hello-dev: created (version 1, alias live) arn:aws:lambda:us-east-1:000000000000:function:hello-dev',
    );
    expect(stdout).toContain('{"hello":"Ada"}');
    expect(stdout).toContain('changed something = true');
    const { codeSha256 } = JSON.parse(readFileSync(path.join(cwd, 'build/hello.zip.manifest.json'), 'utf8'));
    const output = readFileSync(path.join(cwd, 'output.txt'), 'utf8');
    expect(output).toContain(`code-sha256=${codeSha256}\n`);
    expect(output).toContain('function-name=hello-dev\n');
    const summary = readFileSync(path.join(cwd, 'summary.md'), 'utf8');
    expect(summary).toContain('### Packages');
    expect(summary).toContain('### Planned deployment');
    expect(summary).toContain(`| \`hello-dev\` | created | 1 | live | \`${codeSha256}\` |`);
  });
});

describe('a job of GitHub Actions', () => {
  it('sees an error of the project file beside its line, once, with and without --json', async () => {
    const cwd = createFolder({
      'app/lambdakit.json': JSON.stringify({ functions: { hello: { code: 'src', tmeout: 3 } } }, undefined, 2),
    });
    for (const args of [['deploy'], ['deploy', '--json']]) {
      const result = await runBin(args, { cwd: path.join(cwd, 'app'), env: jobVariables(cwd) });
      expect(result.code).toBe(3);
      expect(result.stderr.match(/^::.*$/gm)).toEqual([
        '::error file=app/lambdakit.json,line=5,col=7,title=lambdakit%3A config-invalid::functions.hello.tmeout unknown key "tmeout"',
      ]);
    }
  });

  it('sees each function that failed, and warnings; without its variables nothing of this is written', async () => {
    const { hello } = PROJECT.functions;
    const cwd = createFolder({
      'lambdakit.json': JSON.stringify({
        functions: { good: hello, bad: { ...hello, code: 'nowhere' }, worse: { ...hello, code: 'neither' } },
      }),
      'src/index.mjs': 'export const handler = async () => 1;\n',
      'src/id_rsa': 'key',
    });
    const job = await runBin(['deploy', '--all'], { cwd, env: jobVariables(cwd) });
    expect(job.code).toBe(2);
    const lines = job.stderr.match(/^::.*$/gm) ?? [];
    expect(
      lines
        .filter((line) => line.startsWith('::error'))
        .map((line) => line.slice(0, 40))
        .toSorted(),
    ).toEqual([
      expect.stringContaining('::error title=bad%3A file-not-found::'),
      expect.stringContaining('::error title=worse%3A file-not-found:'),
    ]);
    expect(lines.some((line) => /^::warning title=good::the package holds what looks like secrets/.test(line))).toBe(
      true,
    );
    const { GITHUB_ACTIONS: _, GITHUB_OUTPUT: __, GITHUB_STEP_SUMMARY: ___, ...plain } = jobVariables(cwd);
    const outside = await runBin(['deploy', '--all'], { cwd, env: plain });
    expect(outside.code).toBe(2);
    expect(outside.stderr).not.toMatch(/^::/m);
  });
});
