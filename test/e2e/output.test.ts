import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.js';
import { createFolder, createProject, root, runBin } from './bin-kit.js';

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      { readonly id: string; readonly summary: string; readonly examples?: readonly string[]; readonly flags: object }
    >
  >;
}

const manifest = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as Manifest;
const commands = Object.values(manifest.commands);

describe('help', () => {
  it('lists the commands and the exit codes', async () => {
    const { code, stdout } = await runBin(['--help'], { cwd: createFolder() });
    expect(code).toBe(0);
    for (const [number, meaning] of Object.entries(EXIT_CODES))
      expect(stdout).toMatch(new RegExp(`^ *${number} +${escapeForRegExp(meaning)}$`, 'm'));
    for (const { id } of commands) expect(stdout).toContain(id.split(':')[0]);
  });

  it('shows usage, flags and examples of a command', async () => {
    const { code, stdout } = await runBin(['help', 'alias', 'set'], { cwd: createFolder() });
    expect(code).toBe(0);
    expect(stdout).toContain('lambdakit alias set FUNCTION ALIAS');
    expect(stdout).toContain('$ lambdakit alias set hello live 3');
    expect(stdout).toContain('lambdakit help exit-codes');
  });

  it.each(commands.map(({ id }) => id))('%s has a summary, examples and the global flags', (id) => {
    const command = manifest.commands[id];
    expect(command?.summary).toMatch(/^[A-Z].*\.$/);
    expect(command?.examples?.length).toBeGreaterThan(0);
    expect(Object.keys(command?.flags ?? {})).toEqual(
      expect.arrayContaining([
        'json',
        'config',
        'stage',
        'region',
        'profile',
        'endpoint-url',
        'local',
        'quiet',
        'verbose',
      ]),
    );
  });

  it('says the version as text and as JSON', async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const cwd = createFolder();
    expect((await runBin(['--version'], { cwd })).stdout).toMatch(
      new RegExp(`^lambdakit/${escapeForRegExp(version)} \\S+ node-v\\d+`),
    );
    expect(JSON.parse((await runBin(['--version', '--json'], { cwd })).stdout)).toMatchObject({
      name: 'lambdakit',
      version,
    });
  });

  it('is in the documents as it is in the code', () => {
    const index = readFileSync(path.join(root, 'docs/commands/README.md'), 'utf8');
    for (const [number, meaning] of Object.entries(EXIT_CODES)) expect(index).toContain(`| ${number} | ${meaning} |`);
    for (const { id } of commands) expect(index).toContain(`\`${id.replaceAll(':', ' ')}\``);
  });
});

describe('output without a terminal', () => {
  it('has no colour and no spinner, keeps stdout for data and stderr for people', async () => {
    const cwd = createProject('return 1;');
    const { code, stdout, stderr } = await runBin(['package', '--stats'], { cwd, env: { FORCE_COLOR: '1' } });
    expect(code).toBe(0);
    expect(stdout).toContain('hello.zip');
    expect(stderr).toContain('hello: packaged');
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('says nothing beside the result with --quiet, and each call with --verbose', async () => {
    const cwd = createProject('return 1;');
    expect((await runBin(['deploy', '--local', '--quiet'], { cwd })).stderr).toBe('');
    const { stderr } = await runBin(['deploy', '--local', '--verbose'], { cwd });
    expect(stderr).toMatch(/GetFunction: HTTP 200, \d+ ms, request [0-9a-f-]{36}/);
  });

  it('never shows the value of a variable', async () => {
    const cwd = createProject('return 1;', { environment: { API_KEY: 'canary-7381' } });
    const runs = [
      await runBin(['deploy', '--local', '--verbose', '--dry-run'], { cwd }),
      await runBin(['deploy', '--local', '--verbose', '--json'], { cwd }),
      await runBin(['deploy', '--local', '--verbose', '--env', 'API_KEY=canary-9999'], { cwd }),
      await runBin(['status', 'hello', '--local', '--json', '--verbose'], { cwd }),
      await runBin(['list', '--local', '--json', '--verbose'], { cwd }),
    ];
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(runs.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toMatch(/canary-\d+/);
  });
});

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
