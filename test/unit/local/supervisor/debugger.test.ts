import { describe, expect, it } from 'vitest';
import { createAnnouncementFilter } from '../../../../src/local/supervisor/debugger-announcement.js';
import { debuggerArguments } from '../../../../src/local/supervisor/debugger-arguments.js';
import { PauseClock } from '../../../../src/local/supervisor/pause-clock.js';

const NODE = 'Debugger listening on ws://127.0.0.1:41234/0f2c\nFor help, see: https://nodejs.org/en/docs/inspector\n';
const JAVA = 'Listening for transport dt_socket at address: 45678\n';

function filter(chunks: readonly string[]): { ports: number[]; output: string } {
  const ports: number[] = [];
  let output = '';
  const take = createAnnouncementFilter(
    (port) => ports.push(port),
    (chunk) => {
      output += Buffer.from(chunk).toString('utf8');
    },
  );
  for (const chunk of chunks) take(Buffer.from(chunk));
  return { ports, output };
}

describe('the announcement of a debugger', () => {
  it.each([
    [NODE, 41234],
    [JAVA, 45678],
  ])('is taken out of the output, however it is cut: %j', (announcement, port) => {
    const text = `${announcement}héllo\n`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(filter([text.slice(0, cut), text.slice(cut)])).toEqual({ ports: [port], output: 'héllo\n' });
    }
    expect(filter([...text])).toEqual({ ports: [port], output: 'héllo\n' });
  });

  it('is looked for at the beginning only', () => {
    expect(filter(['x', NODE])).toEqual({ ports: [], output: `x${NODE}` });
    expect(filter(['Debug', 'ging\n', NODE])).toEqual({ ports: [], output: `Debugging\n${NODE}` });
  });
});

describe('the arguments for a debugger', () => {
  const interpreter = { command: '/bin/false', prefix: '/', version: '1' };

  it.each([
    ['nodejs24.x', false, ['--inspect=127.0.0.1:0']],
    ['nodejs24.x', true, ['--inspect-brk=127.0.0.1:0']],
    ['java21', true, ['-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0']],
  ])('of %s (waits: %s)', async (runtime, waits, expected) => {
    expect(await debuggerArguments({ runtime }, interpreter, { port: 5678, waits })).toEqual(expected);
  });

  it('of Python need debugpy', async () => {
    const withIt = { ...interpreter, command: '/bin/true' };
    expect(await debuggerArguments({ runtime: 'python3.13' }, withIt, { port: 5678, waits: true })).toEqual([
      ...['-m', 'debugpy', '--listen', '127.0.0.1:5678', '--wait-for-client'],
    ]);
    await expect(
      debuggerArguments({ runtime: 'python3.13' }, interpreter, { port: 5678, waits: true }),
    ).rejects.toThrow('debugpy is not installed for /bin/false; install it with: /bin/false -m pip install debugpy');
  });

  it('of Ruby do not exist', async () => {
    await expect(debuggerArguments({ runtime: 'ruby3.4' }, interpreter, { port: 0, waits: false })).rejects.toThrow(
      'Debugging is not supported for the runtime ruby3.4',
    );
  });
});

describe('a pause clock', () => {
  it('adds the pauses up and counts one that goes on', () => {
    let now = 100;
    const clock = new PauseClock(() => now);
    now = 110;
    clock.set(true);
    now = 130;
    expect(clock.pausedMs()).toBe(20);
    clock.set(true);
    now = 140;
    clock.set(false);
    now = 1000;
    expect(clock.pausedMs()).toBe(30);
    clock.set(false);
    expect(clock.pausedMs()).toBe(30);
    clock.set(true);
    now = 1005;
    expect(clock.pausedMs()).toBe(35);
  });
});
