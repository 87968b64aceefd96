import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Programs that make the project whole before it is built. */
  readonly setUp?: readonly (readonly string[])[];
  readonly build?: BuildRequest['build'];
  /** Files that a build must not leave. */
  readonly leavesOut?: RegExp;
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
const javaVersion = /version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '')?.[1];
const pip = ['python3', '-m', 'pip', '--version'];

/** Makes a gem of C and a repository with it, which the Gemfile names; no other registry is asked. */
const MAKE_GEM = `set -e
mkdir -p repository/gems
cd gem && gem build --quiet --output ../repository/gems/quick-1.0.0.gem quick.gemspec && cd ..
gem generate_index --quiet --directory repository
printf "source 'file://%s/repository'\ngem 'quick'\n" "$PWD" > Gemfile
`;

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
    what: 'Ruby with a gem of native code',
    runtime: `ruby${rubyVersion ?? '3.4'}`,
    handler: 'app.handler',
    files: {
      Gemfile: '',
      'app.rb': "require 'quick'\ndef handler(event:, context:)\n  [quick_answer, event]\nend\n",
      'gem/quick.gemspec':
        "Gem::Specification.new { |s| s.name = 'quick'; s.version = '1.0.0'; s.summary = 'x'; s.authors = ['x']; s.files = Dir['{ext,lib}/**/*']; s.extensions = ['ext/quick/extconf.rb'] }\n",
      'gem/lib/quick.rb': "require 'quick/quick'\n",
      'gem/ext/quick/extconf.rb': "require 'mkmf'\ncreate_makefile('quick/quick')\n",
      'gem/ext/quick/quick.c':
        '#include <ruby.h>\nstatic VALUE answer(VALUE self) { return INT2NUM(42); }\nvoid Init_quick(void) { rb_define_global_function("quick_answer", answer, 0); }\n',
    },
    setUp: [['sh', '-c', MAKE_GEM]],
    needs: [
      ['bundle', '--version'],
      ['cc', '--version'],
      // The headers of Ruby, which distributions package apart.
      ['ruby', '-rrbconfig', '-e', "exit File.exist?(RbConfig::CONFIG['rubyhdrdir'] + '/ruby.h')"],
      ['gem', 'help', 'generate_index'],
    ],
    builder: 'ruby',
    answer: [42, { n: 1 }],
    leavesOut: /\.gem$|mkmf\.log$|gem_make\.out$|\.o$/,
  },
  {
    what: 'Python with the lock file of uv',
    runtime: `python${pythonVersion ?? '3.13'}`,
    handler: 'app.handler',
    files: {
      'pyproject.toml':
        '[project]\nname = "fn"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["idna==3.10"]\n[dependency-groups]\ndev = ["iniconfig"]\n',
      'app.py':
        'import idna\ndef handler(event, context):\n    return [idna.encode("b\u00fccher.de").decode(), event]\n',
    },
    setUp: [['uv', 'lock', '--quiet']],
    needs: [
      ['uv', '--version'],
      ['python3', '--version'],
    ],
    builder: 'python',
    answer: ['xn--bcher-kva.de', { n: 1 }],
    leavesOut: /iniconfig|INSTALLER$|__pycache__/,
  },
  {
    what: 'Java with Gradle',
    runtime: `java${javaVersion ?? '21'}`,
    handler: 'ex.Handler::handleRequest',
    files: {
      'build.gradle':
        "plugins { id 'java' }\nrepositories { mavenCentral() }\ndependencies { implementation 'com.amazonaws:aws-lambda-java-core:1.4.0' }\n",
      'settings.gradle': "rootProject.name = 'fn'\n",
      'src/main/resources/greeting.txt': 'hello',
      'src/main/java/ex/Handler.java':
        'package ex;\nimport com.amazonaws.services.lambda.runtime.*;\nimport java.util.*;\npublic class Handler implements RequestHandler<Map<String, Object>, List<Object>> {\n  public List<Object> handleRequest(Map<String, Object> event, Context context) {\n    return List.of("gradle", event, Handler.class.getResource("/greeting.txt") != null);\n  }\n}\n',
    },
    build: { args: ['--no-daemon'] },
    needs: [
      ['gradle', '--version'],
      ['java', '-version'],
    ],
    builder: 'java',
    answer: ['gradle', { n: 1 }, true],
  },
  ...(['as they are', 'outside of a bundle'] as const).map(
    (how): Project => ({
      what: `packages of pnpm ${how}`,
      runtime: own,
      handler: 'index.handler',
      files: {
        'package.json': '{"private":true,"type":"module","dependencies":{"debug":"4.4.1"}}',
        'index.mjs': "import debug from 'debug';\nexport const handler = async (e) => [typeof debug('x'), e];\n",
      },
      setUp: [['pnpm', 'install', '--silent']],
      build: how === 'as they are' ? { builder: 'none' } : { external: ['debug'] },
      needs: [['pnpm', '--version']],
      builder: how === 'as they are' ? 'none' : 'esbuild',
      answer: ['function', { n: 1 }],
    }),
  ),
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

for (const { what, runtime, handler, files, setUp, build, needs, builder, answer, leavesOut } of PROJECTS) {
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
      for (const [program = '', ...args] of setUp ?? []) {
        const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
        expect(status, `${stdout}${stderr}`).toBe(0);
      }
      const built = await buildFunction({ key: 'fn', projectFolder: folder, code: '.', runtime, handler, build });
      expect(built.builder).toBe(builder);
      if (leavesOut !== undefined) {
        const left = readdirSync(built.output, { recursive: true, encoding: 'utf8' });
        // The source has a folder of its own for the gem, which is no leftover.
        expect(left.filter((name) => !name.startsWith('repository') && leavesOut.test(name))).toEqual([]);
      }
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
