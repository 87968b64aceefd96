import { describe, expect, it } from 'vitest';
import { runShortCommand } from '../../../src/system/run-short-command.js';

const node = process.execPath;

describe('a short command', () => {
  it('gives what the program writes, without the last line feed', async () => {
    const result = await runShortCommand(node, ['-e', 'console.log("out"); console.error("err")']);
    expect(result).toEqual({ exitCode: 0, stdout: 'out', all: 'out\nerr', isNotFound: false });
  });

  it('tells the exit code of a failure', async () => {
    expect(await runShortCommand(node, ['-e', 'process.exit(3)'])).toMatchObject({ exitCode: 3, isNotFound: false });
  });

  it('says that there is no such program', async () => {
    const result = await runShortCommand('/nowhere/lambdakit-program', []);
    expect(result).toMatchObject({ exitCode: undefined, isNotFound: true });
  });

  it('ends the program when its time is over, and has no exit code then', async () => {
    const result = await runShortCommand(node, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], {
      timeoutMs: 200,
    });
    expect(result.exitCode).toBeUndefined();
  });

  it('runs with the given environment and nothing of ours', async () => {
    const result = await runShortCommand(node, ['-p', 'Object.keys(process.env).join()'], { env: { ONLY: '1' } });
    expect(result.stdout).toBe('ONLY');
  });

  it('closes stdin', async () => {
    const result = await runShortCommand(node, ['-e', 'process.stdin.on("end", () => console.log("end")).resume()']);
    expect(result.stdout).toBe('end');
  });
});
