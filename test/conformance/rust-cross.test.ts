import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { buildFunction } from '../../src/build/build-function.js';
import { installClient } from './runtime-clients/client-cache.js';

const run = promisify(execFile);
const ANOTHER_LINKER = 'rust links for the C library of the runtime with';

const has = (...[program = '', ...args]: readonly string[]) => spawnSync(program, args).status === 0;
const MUSL = 'x86_64-unknown-linux-musl';
/** With the target of musl nobody needs another linker. */
const sysroot = spawnSync('rustc', ['--print', 'target-libdir', '--target', MUSL], { encoding: 'utf8' }).stdout;
const missing =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'it is for Linux on x86_64'
    : !has('cargo', '--version')
      ? 'cargo is not installed'
      : has('ls', (sysroot ?? '').trim())
        ? `the target ${MUSL} is installed`
        : undefined;
const tools =
  missing === undefined
    ? await installClient({
        name: 'rust-cross',
        fixture: 'rust-cross',
        steps: [['python3', '-m', 'pip', 'install', '--quiet', '--target', 'tools', '-r', 'requirements.txt']],
      })
    : { missing };

const folders: string[] = [];
const path0 = process.env.PATH;
afterAll(async () => {
  process.env.PATH = path0;
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

it.skipIf(tools.missing !== undefined).each([
  ['cargo-zigbuild', 'provided.al2', '2.26'],
  ['cargo-lambda', 'provided.al2023', '2.34'],
])(
  `${ANOTHER_LINKER} %s ${tools.missing === undefined ? '' : `(skipped: ${tools.missing})`}`,
  async (program, runtime, glibc) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-rust-'));
    folders.push(folder);
    const bin = path.join(folder, 'bin');
    await mkdir(path.join(folder, 'src'));
    await mkdir(bin);
    const installed = path.join(tools.folder ?? '', 'tools');
    await symlink(path.join(installed, 'bin', program), path.join(bin, program));
    process.env.PATH = [bin, path.join(installed, 'ziglang'), path0].join(path.delimiter);
    await writeFile(
      path.join(folder, 'Cargo.toml'),
      '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n',
    );
    await writeFile(path.join(folder, 'src/main.rs'), 'fn main() { println!("hello from rust"); }\n');
    const said: string[] = [];
    const onProgress = ({ text }: { readonly text: string }) => void said.push(text);
    const result = await buildFunction({ key: 'fn', projectFolder: folder, code: '.', runtime, onProgress });
    expect(said.join('\n')).toContain(`--target x86_64-unknown-linux-gnu.${glibc}`);
    expect(result.warnings).toEqual([]);
    const built = path.join(result.output, 'bootstrap');
    expect((await run(built)).stdout).toBe('hello from rust\n');
    const { stdout } = await run('strings', ['-a', built], { maxBuffer: 64_000_000 });
    const wanted = [...stdout.matchAll(/^GLIBC_2\.(\d+)/gm)].map(([, minor]) => Number(minor));
    expect(wanted.length).toBeGreaterThan(0);
    expect(Math.max(...wanted)).toBeLessThanOrEqual(Number(glibc.split('.')[1]));
  },
  600_000,
);
