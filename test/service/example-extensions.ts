import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/system/run-command.js';

const fixtures = fileURLToPath(new URL('../fixtures/example-extensions/', import.meta.url));

/** One program of test/fixtures/example-extensions: each is written on its own, in its own way. */
export interface ExampleExtension {
  readonly name: string;
  /** The program without which it cannot be built or run here. */
  readonly tool: string;
  /** Reason to skip it here; empty when it runs. */
  readonly missing: string;
  /** It does not ask for INVOKE. */
  readonly isShutdownOnly?: boolean;
  /** Puts it, ready to run, into the folder of a layer. */
  install(layer: string): Promise<void>;
}

interface Recipe {
  readonly name: string;
  readonly tool: string;
  readonly isShutdownOnly?: boolean;
  /** A script for the tool … */
  readonly script?: string;
  /** … or a program that is built: the command line that writes `target`. */
  build?(target: string): readonly string[];
  /** What else has to be made in the folder beside it. */
  readonly wrap?: (folder: string, target: string) => Promise<void>;
}

const RECIPES: readonly Recipe[] = [
  { name: 'shell', tool: 'bash', script: 'shell.sh' },
  { name: 'python', tool: 'python3', script: 'python.py' },
  { name: 'node', tool: 'node', script: 'node.mjs' },
  { name: 'ruby', tool: 'ruby', script: 'ruby.rb' },
  { name: 'go', tool: 'go', build: (target) => ['go', 'build', '-C', path.join(fixtures, 'go'), '-o', target, '.'] },
  {
    name: 'rust',
    tool: 'rustc',
    build: (target) => ['rustc', '-O', '-o', target, path.join(fixtures, 'extension.rs')],
  },
  {
    name: 'java',
    tool: 'javac',
    build: (target) => ['javac', '-d', `${target}-classes`, path.join(fixtures, 'Extension.java')],
    wrap: (_folder, target) =>
      writeFile(
        target,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
        '#!/bin/sh\nexec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$0-classes" Extension "${0##*/}"\n',
      ),
  },
  {
    name: 'shutdown-only',
    tool: 'cc',
    isShutdownOnly: true,
    build: (target) => ['cc', '-D_GNU_SOURCE', '-O1', '-o', target, path.join(fixtures, 'shutdown-only.c')],
  },
  { name: 'logs-http', tool: 'python3', script: 'logs-http.py' },
  { name: 'telemetry-s3', tool: 'node', script: 'telemetry-s3.mjs' },
  { name: 'telemetry-tcp', tool: 'python3', script: 'telemetry-tcp.py' },
  {
    name: 'cache',
    tool: 'go',
    build: (target) => ['go', 'build', '-C', path.join(fixtures, 'cache'), '-o', target, '.'],
  },
  { name: 'config', tool: 'perl', script: 'config.pl' },
  { name: 'proxy', tool: 'node', script: 'proxy.mjs' },
];

/** The external ones. */
export const exampleExtensions: readonly ExampleExtension[] = RECIPES.map((recipe) => {
  const tool = findTool(recipe.tool);
  return {
    name: recipe.name,
    tool: recipe.tool,
    missing: tool === undefined ? ` (skipped: no ${recipe.tool} here)` : '',
    isShutdownOnly: recipe.isShutdownOnly ?? false,
    install: (layer) => install(recipe, tool!, layer),
  };
});

export function exampleNamed(name: string): ExampleExtension {
  return exampleExtensions.find((extension) => extension.name === name)!;
}

/** A script that starts the runtime with more than Lambda would. */
export async function installWrapper(layer: string, lines: string): Promise<void> {
  const file = path.join(layer, 'wrapper');
  await writeFile(file, `#!/bin/sh\n${lines}\nexec "$@"\n`);
  await chmod(file, 0o755);
}

/** The part of the internal extension that the wrapper loads. */
export function installInside(layer: string): Promise<void> {
  return copyFile(path.join(fixtures, 'inside.mjs'), path.join(layer, 'inside.mjs'));
}

async function install({ name, script, build, wrap }: Recipe, tool: string, layer: string): Promise<void> {
  const folder = path.join(layer, 'extensions');
  const target = path.join(folder, name);
  await mkdir(folder, { recursive: true });
  if (script !== undefined)
    await writeFile(target, `#!${tool}\n${await readFile(path.join(fixtures, script), 'utf8')}`);
  const [program, ...args] = build?.(target) ?? [];
  if (program !== undefined) {
    const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
    const { exitCode, all } = await runCommand(program, args, { cwd: fixtures, timeoutMs: 240_000, env });
    if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${all}`);
  }
  await wrap?.(folder, target);
  await chmod(target, 0o755);
}

function findTool(program: string): string | undefined {
  if (program === 'node') return process.execPath;
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  if (found.status !== 0) return undefined;
  // rustup puts a program there that works only where a toolchain was chosen for this user.
  if (program === 'rustc' && spawnSync(program, ['--version']).status !== 0) return undefined;
  return found.stdout.trim();
}
