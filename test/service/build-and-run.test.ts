import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildFunction } from '../../src/build/build-function.js';
import type { BuildRequest } from '../../src/build/build-request.js';
import { invokeOnce } from '../../src/local/index.js';

const SLOW_MS = 600_000;

interface Project {
  readonly what: string;
  readonly runtime: string;
  readonly handler: string;
  readonly files: Readonly<Record<string, string>>;
  readonly build?: BuildRequest['build'];
  /** Programs without which it cannot be built or run. */
  readonly needs: readonly (readonly string[])[];
  readonly builder: string;
  readonly answer: unknown;
}

/** A custom runtime in shell: one invocation after the other, as the Runtime API has it. */
const SHELL_RUNTIME = `#!/bin/sh
while :; do
  headers=$(mktemp)
  curl -sS -LD "$headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" -o /tmp/event
  id=$(grep -i lambda-runtime-aws-request-id "$headers" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "[\\"shell\\",$(cat /tmp/event)]"
done
`;

const own = `nodejs${process.versions.node.split('.')[0]}.x`;
const pythonVersion = /3\.\d+/.exec(spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0];
const rubyVersion = /\d\.\d/.exec(spawnSync('ruby', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0];
const pip = ['python3', '-m', 'pip', '--version'];

const PROJECTS: readonly Project[] = [
  {
    what: 'TypeScript with a dependency',
    runtime: own,
    handler: 'src/index.handler',
    files: {
      'src/index.ts': "import dep from 'dep';\nexport const handler = async (e: { n: number }) => ['ts', e, dep];\n",
      'package.json': '{"type":"module","dependencies":{"dep":"1"}}',
      'node_modules/dep/package.json': '{"main":"i.js"}',
      'node_modules/dep/i.js': 'module.exports = 1;\n',
    },
    needs: [],
    builder: 'esbuild',
    answer: ['ts', { n: 1 }, 1],
  },
  {
    what: 'TypeScript with an external package',
    runtime: own,
    handler: 'index.handler',
    files: {
      'index.ts': "import dep from 'dep';\nexport const handler = async () => dep;\n",
      'node_modules/dep/package.json': '{"main":"i.js","dependencies":{"inner":"1"}}',
      'node_modules/dep/i.js': "module.exports = require('inner');\n",
      'node_modules/inner/index.js': "module.exports = 'inner';\n",
    },
    build: { external: ['dep'] },
    needs: [],
    builder: 'esbuild',
    answer: 'inner',
  },
  {
    what: 'JavaScript as it is',
    runtime: own,
    handler: 'index.handler',
    files: { 'index.mjs': "export const handler = async (e) => ['js', e];\n" },
    needs: [],
    builder: 'none',
    answer: ['js', { n: 1 }],
  },
  {
    what: 'Python with a package of native code',
    runtime: `python${pythonVersion ?? '3.13'}`,
    handler: 'app.handler',
    files: {
      'requirements.txt': 'markupsafe==3.0.2\n',
      'app.py':
        'from markupsafe import escape\nimport markupsafe._speedups\ndef handler(event, context):\n    return [str(escape("<")), event]\n',
    },
    needs: [pip],
    builder: 'python',
    answer: ['&lt;', { n: 1 }],
  },
  {
    what: 'Ruby with a Gemfile',
    runtime: `ruby${rubyVersion ?? '3.4'}`,
    handler: 'app.handler',
    files: {
      Gemfile: "source 'https://rubygems.org'\n",
      'app.rb': "def handler(event:, context:)\n  ['ruby', event]\nend\n",
    },
    needs: [
      ['ruby', '--version'],
      ['bundle', '--version'],
    ],
    builder: 'ruby',
    answer: ['ruby', { n: 1 }],
  },
  {
    what: 'a Makefile that leaves a shell runtime',
    runtime: 'provided.al2023',
    handler: 'main',
    files: { Makefile: 'build-fn:\n\tinstall -m 755 main.sh $(ARTIFACTS_DIR)/bootstrap\n', 'main.sh': SHELL_RUNTIME },
    needs: [
      ['make', '--version'],
      ['curl', '--version'],
    ],
    builder: 'make',
    answer: ['shell', { n: 1 }],
  },
  {
    what: 'a program of the project that builds',
    runtime: own,
    handler: 'index.handler',
    files: {
      'build.sh': `printf 'exports.handler = async (e) => ["made", e];' > "$LAMBDAKIT_OUTPUT/index.js"\n`,
    },
    build: { command: ['sh', 'build.sh'] },
    needs: [],
    builder: 'command',
    answer: ['made', { n: 1 }],
  },
  {
    what: 'a shell runtime as it is',
    runtime: 'provided.al2023',
    handler: 'main',
    files: { bootstrap: SHELL_RUNTIME },
    needs: [['curl', '--version']],
    builder: 'none',
    answer: ['shell', { n: 1 }],
  },
];

for (const { what, runtime, handler, files, build, needs, builder, answer } of PROJECTS) {
  const missing = needs.filter(([program = '', ...args]) => spawnSync(program, args).status !== 0);
  const reason = missing.length === 0 ? '' : `(skipped: no ${missing.map((command) => command.join(' ')).join(', ')})`;
  it.skipIf(missing.length > 0)(
    `builds and runs ${what} ${reason}`,
    async () => {
      const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-run-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text);
        if (name === 'bootstrap') chmodSync(path.join(folder, name), 0o755);
      }
      const built = await buildFunction({ key: 'fn', projectFolder: folder, code: '.', runtime, handler, build });
      expect(built.builder).toBe(builder);
      const { outcome, logTail } = await invokeOnce({
        functionName: 'fn',
        codeFolder: built.output,
        runtime,
        handler,
        payload: Buffer.from('{"n":1}'),
        timeoutSeconds: 30,
        memorySizeMb: 512,
        cacheFolder: path.join(folder, 'cache'),
      });
      const text = Buffer.from(outcome.payload).toString();
      expect([JSON.parse(text), outcome.functionError], Buffer.from(logTail).toString()).toEqual([answer, undefined]);
    },
    SLOW_MS,
  );
}
