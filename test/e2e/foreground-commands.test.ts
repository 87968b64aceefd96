import { describe, expect, it } from 'vitest';
import { createProject, runBin } from './bin-kit.js';
import { type Mode, runCommandIn, startCommandIn, terminalMissing } from './command-runs.js';

const noTerminal = terminalMissing();
const MODES: readonly Mode[] = noTerminal === undefined ? ['plain', 'json', 'terminal'] : ['plain', 'json'];
const title = noTerminal === undefined ? '' : ` (not at a terminal: ${noTerminal})`;
const ESCAPE = '\u001b';

describe(`commands that stay in the foreground${title}`, () => {
  it.each(MODES)('local start and logs --follow end with Ctrl-C: %s', async (mode) => {
    const cwd = createProject("console.log('got', event.n); return event;");
    const options = { mode, cwd, env: {} };
    const service = startCommandIn(['local', 'start', '--port', '0'], options);
    await service.saw(/127\.0\.0\.1:\d+/);
    expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
    expect(await runBin(['invoke', 'hello', '{"n":7}', '--local'], { cwd })).toMatchObject({ code: 0 });
    const logs = startCommandIn(['logs', 'hello', '--follow', '--local'], options);
    await logs.saw(/got 7/);
    logs.interrupt();
    const followed = await logs.ended;
    expect(followed).toMatchObject({ code: 130, isHung: false });
    service.interrupt();
    const served = await service.ended;
    expect(served).toMatchObject({ code: 130, isHung: false });
    if (mode === 'json') {
      expect(JSON.parse(served.stdout)).toMatchObject({ endpoint: expect.stringMatching(/^http/) });
      const lines = followed.stdout.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line).message)).toContain('got 7');
    }
    if (mode !== 'terminal')
      expect([served, followed].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(ESCAPE);
  });
});

describe(`dev${title}`, () => {
  it.each(MODES)('ends with Ctrl-C: %s', async (mode) => {
    const cwd = createProject('return event;');
    const dev = startCommandIn(['dev', '--port', '0'], { mode, cwd, env: {} });
    await dev.saw(/127\.0\.0\.1:\d+/);
    dev.interrupt();
    const { code, isHung, stdout, stderr } = await dev.ended;
    expect({ code, isHung, stderr }).toEqual({ code: 130, isHung: false, stderr });
    if (mode === 'json') expect(JSON.parse(stdout)).toMatchObject({ endpoint: expect.stringMatching(/^http/) });
    if (mode !== 'terminal') expect(stdout + stderr).not.toContain(ESCAPE);
  });
});

describe.skipIf(noTerminal !== undefined)(`a terminal${title}`, () => {
  it.each([0, 1, 20])('%i columns wide lets a command end', async (columns) => {
    const cwd = createProject('return 1;');
    const run = await runCommandIn(['package', '--stats'], { mode: 'terminal', cwd, env: {}, columns });
    expect(run).toMatchObject({ code: 0, isHung: false });
    expect(run.stdout).toContain('hello.zip');
  });

  it('asks before something is lost, and takes a no', async () => {
    const cwd = createProject('return 1;');
    const options = { mode: 'terminal', cwd, env: {} } as const;
    expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
    const asked = startCommandIn(['delete', 'hello', '--local'], options);
    await asked.saw(/Delete hello/);
    asked.type('n\r');
    expect(await asked.ended).toMatchObject({ code: 1, isHung: false });
    expect(await runBin(['status', 'hello', '--local'], { cwd })).toMatchObject({ code: 0 });
    const again = startCommandIn(['delete', 'hello', '--local'], options);
    await again.saw(/Delete hello/);
    again.interrupt();
    expect(await again.ended).toMatchObject({ code: 130, isHung: false });
    const agreed = startCommandIn(['delete', 'hello', '--local'], options);
    await agreed.saw(/Delete hello/);
    agreed.type('y\r');
    expect(await agreed.ended).toMatchObject({ code: 0, isHung: false });
    expect(await runBin(['status', 'hello', '--local'], { cwd })).toMatchObject({ code: 5 });
  });

  it('never asks for a document', async () => {
    const cwd = createProject('return 1;');
    const run = await runCommandIn(['delete', 'hello', '--local', '--json'], { mode: 'terminal', cwd, env: {} });
    expect(run).toMatchObject({ code: 2, isHung: false });
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'usage' } });
  });
});
