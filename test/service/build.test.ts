import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunction } from '../../src/build/build-function.js';
import type { BuildRequest } from '../../src/build/build-request.js';
import type { LambdakitError } from '../../src/errors/lambdakit-error.js';
import { packageFunction } from '../../src/packaging/package-function.js';
import { readArchiveDirectory } from '../../src/packaging/read-archive.js';

const run = promisify(execFile);
const isInstalled = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const reason = (has: boolean, program: string) => (has ? '' : `(skipped: ${program} is not installed)`);
const SLOW_MS = 600_000;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-builders-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

let count = 0;
/** A new folder with the given files. */
const project = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = path.join(root, `project-${count++}`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
};
const build = (projectFolder: string, options: Partial<BuildRequest>) =>
  buildFunction({ key: 'fn', projectFolder, code: '.', ...options });
const shaOf = async (source: string) => {
  const { file, sha256 } = await packageFunction({ key: 'fn', source, outputFile: `${source}.zip` });
  return { sha256, names: (await readArchiveDirectory(file)).map(({ name }) => name) };
};
const failure = async (promise: Promise<unknown>): Promise<LambdakitError> => {
  try {
    await promise;
  } catch (error) {
    return error as LambdakitError;
  }
  throw new Error('nothing was thrown');
};
/** Runs with a PATH on which there is nothing. */
const withoutPrograms = async <Value>(task: () => Promise<Value>): Promise<Value> => {
  const before = process.env.PATH;
  process.env.PATH = root;
  try {
    return await task();
  } finally {
    process.env.PATH = before;
  }
};

const GO_SOURCE = {
  'go.mod': 'module x\n\ngo 1.21\n',
  'main.go': 'package main\n\nfunc main() { println("hello from go") }\n',
};

describe('the builder go', () => {
  const has = isInstalled('go', 'version');
  it.skipIf(!has)(
    `compiles to bootstrap, the same bytes from another folder ${reason(has, 'go')}`,
    async () => {
      const [first, second] = [await project(GO_SOURCE), await project(GO_SOURCE)];
      const one = await build(first, { runtime: 'provided.al2023' });
      const two = await build(second, { runtime: 'provided.al2023' });
      expect(one).toMatchObject({ builder: 'go', isCached: false });
      expect(await shaOf(one.output)).toEqual(await shaOf(two.output));
      expect((await shaOf(one.output)).names).toEqual(['bootstrap']);
      if (process.platform === 'linux' && process.arch === 'x64') {
        expect((await run(path.join(one.output, 'bootstrap'))).stderr).toBe('hello from go\n');
      }
    },
    SLOW_MS,
  );

  it.skipIf(!has)(
    `builds again only when something changed ${reason(has, 'go')}`,
    async () => {
      const folder = await project(GO_SOURCE);
      await build(folder, { runtime: 'provided.al2023' });
      expect((await build(folder, { runtime: 'provided.al2023' })).isCached).toBe(true);
      expect((await build(folder, { runtime: 'provided.al2023', architecture: 'arm64' })).isCached).toBe(false);
      await writeFile(path.join(folder, 'main.go'), 'package main\n\nfunc main() {}\n');
      expect((await build(folder, { runtime: 'provided.al2023', architecture: 'arm64' })).isCached).toBe(false);
      const elf = await readFile(path.join(folder, '.lambdakit/build/fn/bootstrap'));
      // e_machine of the ELF header: 183 is AArch64.
      expect(elf.readUInt16LE(18)).toBe(183);
    },
    SLOW_MS,
  );

  it.skipIf(!has)(
    `shows what the compiler says ${reason(has, 'go')}`,
    async () => {
      const folder = await project({ ...GO_SOURCE, 'main.go': 'package main\n\nfunc main() { oops() }\n' });
      const error = await failure(build(folder, { runtime: 'provided.al2023' }));
      expect(error.code).toBe('build-failed');
      expect(error.message).toContain('main.go:3:15: undefined: oops');
    },
    SLOW_MS,
  );
});

describe('the builder rust', () => {
  const has = isInstalled('cargo', '--version');
  it.skipIf(!has)(
    `compiles to bootstrap and puts included files beside it ${reason(has, 'cargo')}`,
    async () => {
      const folder = await project({
        'Cargo.toml': '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n',
        'src/main.rs': 'fn main() { println!("hello from rust"); }\n',
        'data/a.txt': 'a',
      });
      const result = await build(folder, { runtime: 'provided.al2023', include: ['/data/**'] });
      expect(result.builder).toBe('rust');
      expect((await shaOf(result.output)).names).toEqual(['bootstrap', 'data/a.txt']);
      if (process.platform === 'linux') {
        expect((await run(path.join(result.output, 'bootstrap'))).stdout).toBe('hello from rust\n');
      }
      expect((await build(folder, { runtime: 'provided.al2023', include: ['/data/**'] })).isCached).toBe(true);
      await writeFile(path.join(folder, 'src/main.rs'), 'fn main() { oops() }\n');
      const error = await failure(build(folder, { runtime: 'provided.al2023' }));
      expect(error.message).toContain('src/main.rs:1:13');
    },
    SLOW_MS,
  );
});

describe('the builder java', () => {
  const has = isInstalled('mvn', '--version');
  it.skipIf(!has)(
    `lays out classes, resources and dependencies ${reason(has, 'mvn')}`,
    async () => {
      const folder = await project({
        'pom.xml': `<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>aws-lambda-java-core</artifactId><version>1.4.0</version></dependency></dependencies>
<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin></plugins></build></project>`,
        'src/main/java/x/Handler.java':
          'package x;\npublic class Handler { public String handle(Object event) { return "hello"; } }\n',
        'src/main/resources/banner.txt': 'hello',
      });
      const result = await build(folder, { runtime: 'java21', handler: 'x.Handler::handle' });
      expect(result.builder).toBe('java');
      expect((await shaOf(result.output)).names).toEqual([
        'banner.txt',
        'lib/aws-lambda-java-core-1.4.0.jar',
        'x/Handler.class',
      ]);
      expect((await build(folder, { runtime: 'java21', handler: 'x.Handler::handle' })).isCached).toBe(true);
    },
    SLOW_MS,
  );
});

describe('the builder python', () => {
  const has = isInstalled('python3', '-m', 'pip', '--version') || isInstalled('uv', '--version');
  it.skipIf(!has)(
    `installs wheels for Lambda's system beside the source ${reason(has, 'pip or uv')}`,
    async () => {
      const folder = await project({
        'requirements.txt': 'markupsafe==3.0.2\nidna==3.10\n',
        'app.py': 'import idna\n',
        'pkg/__init__.py': '',
      });
      const request = { runtime: 'python3.13', handler: 'app.handler', architecture: 'arm64' as const };
      const result = await build(folder, request);
      expect(result.builder).toBe('python');
      const { names, sha256 } = await shaOf(result.output);
      expect(names).toEqual(
        expect.arrayContaining(['app.py', 'pkg/__init__.py', 'idna/core.py', 'markupsafe/__init__.py']),
      );
      expect(names.filter((name) => name.endsWith('.so'))).toEqual([
        'markupsafe/_speedups.cpython-313-aarch64-linux-gnu.so',
      ]);
      expect(names.filter((name) => /__pycache__|^bin\/|INSTALLER/.test(name))).toEqual([]);
      expect((await build(folder, request)).isCached).toBe(true);
      // Other source, same dependencies: nothing is installed again.
      await writeFile(path.join(folder, 'app.py'), 'import markupsafe\n');
      const lines: string[] = [];
      const again = await build(folder, { ...request, onProgress: ({ text }) => lines.push(text) });
      expect([again.isCached, lines]).toEqual([false, []]);
      expect((await shaOf(again.output)).sha256).not.toBe(sha256);
    },
    SLOW_MS,
  );

  it('needs no installer where nothing is required', async () => {
    const folder = await project({ 'requirements.txt': '# nothing\n\n', 'app.py': 'pass\n' });
    const result = await withoutPrograms(() => build(folder, { runtime: 'python3.14', handler: 'app.handler' }));
    expect((await shaOf(result.output)).names).toEqual(['app.py', 'requirements.txt']);
  });

  it.skipIf(!has)(
    `says which package has no wheel ${reason(has, 'pip or uv')}`,
    async () => {
      const folder = await project({ 'requirements.txt': 'no-such-package-lambdakit-x==1\n', 'app.py': '' });
      const error = await failure(build(folder, { runtime: 'python3.13' }));
      expect(error.code).toBe('build-failed');
      expect(error.message).toContain('no-such-package-lambdakit-x');
    },
    SLOW_MS,
  );

  it.skipIf(!has)(
    `reads pyproject.toml ${reason(has, 'pip or uv')}`,
    async () => {
      const folder = await project({
        'pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["idna==3.10"]\n',
        'app.py': '',
      });
      const result = await build(folder, { runtime: 'python3.13' });
      expect((await shaOf(result.output)).names).toContain('idna/core.py');
    },
    SLOW_MS,
  );
});

describe('the builder ruby', () => {
  const has = isInstalled('bundle', '--version');
  it.skipIf(!has)(
    `copies the source and installs gems ${reason(has, 'bundler')}`,
    async () => {
      const folder = await project({
        Gemfile: "source 'https://rubygems.org'\n",
        'app.rb': 'def handler(event:, context:) = 1\n',
      });
      const result = await build(folder, { runtime: 'ruby3.4', handler: 'app.handler' });
      expect((await shaOf(result.output)).names).toContain('app.rb');
    },
    SLOW_MS,
  );
});

describe('the builder make', () => {
  const has = isInstalled('make', '--version');
  it.skipIf(!has)(`lets the target of the function fill the folder ${reason(has, 'make')}`, async () => {
    const folder = await project({
      Makefile: 'build-fn:\n\tcp main.sh $(ARTIFACTS_DIR)/bootstrap\n',
      'main.sh': '#!/bin/sh\n',
    });
    await chmod(path.join(folder, 'main.sh'), 0o755);
    const result = await build(folder, { runtime: 'provided.al2023' });
    expect(result.builder).toBe('make');
    expect((await stat(path.join(result.output, 'bootstrap'))).mode & 0o111).not.toBe(0);
    const error = await failure(
      build(folder, { runtime: 'provided.al2023', build: { builder: 'make', target: 'gone' } }),
    );
    expect(error.message).toContain("No rule to make target 'gone'");
  });
});

describe('a toolchain that is not installed', () => {
  it.each([
    ['go', { runtime: 'provided.al2023' }, { 'go.mod': '' }],
    ['cargo', { runtime: 'provided.al2023' }, { 'Cargo.toml': '' }],
    ['mvn', { runtime: 'java21' }, { 'pom.xml': '' }],
    ['gradle', { runtime: 'java21' }, { 'build.gradle': '' }],
    ['bundle', { runtime: 'ruby3.4' }, { Gemfile: '' }],
    ['dotnet', { runtime: 'dotnet10' }, { 'x.csproj': '' }],
    ['make', { runtime: 'provided.al2023' }, { Makefile: '' }],
    ['python3', { runtime: 'python3.14' }, { 'requirements.txt': 'idna\n' }],
    ['uv', { runtime: 'python3.14' }, { 'uv.lock': '' }],
  ])('%s is named, with where to get it', async (program, request, files) => {
    const folder = await project(files);
    const error = await withoutPrograms(() => failure(build(folder, request)));
    expect(error).toMatchObject({ code: 'toolchain-missing', details: { program } });
    expect(error.hint).toMatch(/[Ii]nstall/);
    expect(await readdir(path.join(folder, '.lambdakit/build'))).toEqual([]);
  });
});
