import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), '../fixtures/extensions');

export type Language = 'node' | 'python' | 'shell' | 'go';

/** The program that a language needs on this machine; undefined when it is missing. */
export function toolOf(language: Language): string | undefined {
  if (language === 'node') return process.execPath;
  if (language === 'shell') return find('curl') === undefined ? undefined : find('bash');
  return find(language === 'python' ? 'python3' : 'go');
}

/** Whether this machine lets us have mount and PID namespaces. */
export function hasNamespaces(): boolean {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return spawnSync('unshare', [...user, '--mount', '--pid', '--fork', 'true']).status === 0;
}

function find(program: string): string | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/** Puts an extension into a layer folder under the name by which Lambda will know it. */
export async function installExtension(layerFolder: string, name: string, language: Language): Promise<void> {
  const folder = path.join(layerFolder, 'extensions');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, name);
  if (language === 'go') await buildGoExtension(file);
  else
    await installScript(
      file,
      { node: 'extension.mjs', python: 'extension.py', shell: 'extension.sh' }[language],
      toolOf(language)!,
    );
  await chmod(file, 0o755);
}

/** Puts the fixture runtime into a code folder, for a function on an OS-only runtime; the one in shell only echoes. */
export async function installRuntime(codeFolder: string, language: 'node' | 'shell'): Promise<void> {
  const file = path.join(codeFolder, 'bootstrap');
  await installScript(file, language === 'node' ? 'runtime.mjs' : 'runtime.sh', toolOf(language)!);
  await chmod(file, 0o755);
}

async function installScript(file: string, source: string, interpreter: string): Promise<void> {
  await writeFile(file, `#!${interpreter}\n${await readFile(path.join(fixtures, source), 'utf8')}`);
}

/** The first build on a machine compiles the standard library, which takes a minute on a slow one. */
async function buildGoExtension(file: string): Promise<void> {
  await promisify(execFile)('go', ['build', '-o', file, '.'], {
    cwd: path.join(fixtures, 'go'),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' },
  });
}
