import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../src/actions/doctor/finding.js';
import { inspectIsolation, inspectMemoryControl } from '../../src/local/inspect-machine.js';
import { createFolder, createProject, runBin } from './bin-kit.js';

async function doctor(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout } = await runBin(['doctor', ...args, '--json'], { cwd, env });
  const document = JSON.parse(stdout);
  const bySubject = new Map<string, Finding>(document.findings.map((one: Finding) => [one.subject, one]));
  return { code, document, of: (subject: string) => bySubject.get(subject) };
}

/** A server whose clock is off; it knows no request. */
async function startServer(aheadMs: number): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('Date', new Date(Date.now() + aheadMs).toUTCString());
    response.writeHead(403, { 'Content-Type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** What this machine, asked without the program, lets us say about isolation. */
async function expectedIsolation(): Promise<object> {
  const { kind } = await inspectIsolation();
  return kind === 'namespace'
    ? { status: 'ok', text: 'local functions run in namespaces of their own: /var/task, /opt and /tmp as in Lambda' }
    : {
        status: 'warning',
        text: expect.stringMatching(/^local functions run as plain processes \(.+\)$/),
        hint: expect.stringContaining('/opt'),
      };
}

describe('doctor', () => {
  it('finds a healthy project for local work', async () => {
    const { code, of } = await doctor(createProject('return 1;'), ['--local']);
    expect(code).toBe(0);
    expect(of('node')).toMatchObject({ status: 'ok' });
    expect(of('project')).toMatchObject({ status: 'ok', text: expect.stringContaining('hello') });
    expect(of('runtime nodejs24.x')?.status).toMatch(/ok|warning/);
    expect(of('isolation')).toMatchObject(await expectedIsolation());
    const { kind, reason } = await inspectMemoryControl();
    expect(of('memory limit')).toMatchObject({
      status: 'ok',
      text: expect.stringContaining(kind === 'group' ? 'control group' : `measured every few milliseconds (${reason})`),
    });
    expect(of('aws')).toMatchObject({ status: 'skipped' });
  });

  it('names the toolchain that is missing', async () => {
    const cwd = createProject('return 1;', { runtime: 'provided.al2023', build: { builder: 'rust' } });
    const { code, document, of } = await doctor(cwd, ['--local'], { PATH: cwd });
    expect(code).toBe(1);
    expect(of('builder rust')).toMatchObject({ status: 'problem', text: expect.stringContaining('cargo') });
    expect(document.error).toMatchObject({ code: 'check-failed', message: expect.stringContaining('builder rust') });
  });

  it('goes on where the project file is broken', async () => {
    const { code, of } = await doctor(createFolder({ 'lambdakit.json': '{"functions":{"a":{"timeuot":1}}}' }), [
      '--local',
    ]);
    expect(code).toBe(1);
    expect(of('project')).toMatchObject({ status: 'problem', text: expect.stringContaining('timeuot') });
    expect(of('isolation')).toMatchObject(await expectedIsolation());
  });

  it.each([
    [0, 'ok'],
    [-120_000, 'warning'],
    [600_000, 'problem'],
  ])('measures the clock against the server: %i ms', async (aheadMs, status) => {
    const { of } = await doctor(createFolder(), ['--endpoint-url', await startServer(aheadMs)], {
      AWS_REGION: 'eu-west-1',
    });
    expect(of('clock')).toMatchObject({ status });
    expect(of('region')).toMatchObject({ status: 'ok', text: 'eu-west-1' });
    expect(of('credentials')).toMatchObject({ status: 'problem' });
  });
});
