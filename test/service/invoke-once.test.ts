import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type InvokeOnceOptions, invokeOnce, type PlatformEvent } from '../../src/local/index.js';

describe('invokeOnce', () => {
  let folder: string;
  let tempFolder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-once-'));
    // A temp folder of this test's own: other tests invoke at the same time.
    tempFolder = path.join(folder, 'temp');
    await mkdir(tempFolder);
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, tempFolder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(source: string, options: Partial<InvokeOnceOptions> = {}) {
    await writeFile(path.join(folder, 'index.mjs'), source);
    const events: PlatformEvent[] = [];
    const completion = await invokeOnce({
      functionName: 'once',
      codeFolder: folder,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      payload: Buffer.from('{"n":1}'),
      cacheFolder: path.join(folder, 'cache'),
      onPlatformEvent: (_, { event }) => events.push(event),
      ...options,
    });
    return { ...completion, text: Buffer.from(completion.outcome.payload).toString(), events };
  }

  it('runs a folder and leaves nothing behind', async () => {
    const result = await run(
      'export const handler = async (event, context) => { console.log("hi"); return [event.n, context.functionName, process.env.AB]; };',
      { environment: { AB: 'c' } },
    );
    expect(result.text).toBe('[1,"once","c"]');
    expect(result.report.status).toBe('success');
    expect(result.events.some((event) => event.type === 'function' && event.text.includes('hi'))).toBe(true);
    expect(await readdir(tempFolder)).toEqual([]);
  });

  it('gives an error of the function as a result', async () => {
    const result = await run('export const handler = async () => { throw new Error("bad"); };');
    expect(result.outcome.functionError).toBe('Unhandled');
    expect(JSON.parse(result.text)).toMatchObject({ errorMessage: 'bad' });
  });

  it('logs by the settings of the function, with the levels that JSON brings', async () => {
    const source = `export const handler = async () => {
      console.debug('detail');
      console.info('news');
      const { AWS_LAMBDA_LOG_FORMAT: format, AWS_LAMBDA_LOG_LEVEL: level } = process.env;
      const { AWS_LAMBDA_LOG_GROUP_NAME: group, AWS_LAMBDA_LOG_STREAM_NAME: stream } = process.env;
      return [format, level, group, stream.replace(/^[\\d/]+/, '').replace(/[0-9a-f]{32}$/, 'ID')];
    };`;
    const json = await run(source, { logging: { logFormat: 'JSON', logGroup: '/own/group' } });
    expect(JSON.parse(json.text)).toEqual(['JSON', 'INFO', '/own/group', 'once[$LATEST]ID']);
    const log = Buffer.from(json.logTail).toString();
    expect(log).toContain('news');
    expect(log).not.toContain('detail');
    const levels = { applicationLogLevel: 'DEBUG', systemLogLevel: 'WARN' };
    const debug = await run(source, { logging: { logFormat: 'JSON', ...levels } });
    expect(JSON.parse(debug.text)).toEqual(['JSON', 'DEBUG', '/aws/lambda/once', '[$LATEST]ID']);
    expect(Buffer.from(debug.logTail).toString()).toContain('detail');
    expect(Buffer.from(debug.logTail).toString()).not.toContain('platform.start');
    await expect(run(source, { logging: { applicationLogLevel: 'DEBUG' } })).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });

  it('ends at the timeout', async () => {
    const result = await run('export const handler = () => new Promise(() => setInterval(() => 0, 1000));', {
      timeoutSeconds: 1,
    });
    expect(JSON.parse(result.text)).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('stops at once when it is aborted', async () => {
    const controller = new AbortController();
    const running = run(
      'console.log("started"); export const handler = () => new Promise(() => setInterval(() => 0, 1000));',
      {
        timeoutSeconds: 60,
        signal: controller.signal,
        onPlatformEvent: (_, { event }) => {
          if (event.type === 'platform.start') controller.abort(new Error('enough'));
        },
      },
    );
    const started = performance.now();
    await expect(running).rejects.toThrow('enough');
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
