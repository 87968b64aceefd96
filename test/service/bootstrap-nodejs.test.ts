import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/system/package-root.js';
import { json, type RunningFunction, startFunction } from './bootstrap-harness.js';

const BOOTSTRAP = path.join(packageRoot(), 'dist', 'bootstrap', 'nodejs', 'index.mjs');
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

interface NodeFunctionOptions {
  readonly runtime?: string;
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasLogDescriptor?: boolean;
}

function startNode(
  files: Readonly<Record<string, string>> | string,
  options: NodeFunctionOptions = {},
): Promise<RunningFunction> {
  return startFunction({
    command: [process.execPath, BOOTSTRAP],
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    files: typeof files === 'string' ? { 'index.mjs': files } : files,
    ...options,
  });
}

describe.each(['nodejs24.x', 'nodejs22.x'])('%s', (runtime) => {
  it('answers event after event over one connection', async () => {
    const fn = await startNode('export const handler = async (event) => ({ got: event });', { runtime });
    for (const event of [{ a: 1 }, 'ünïcödé ✓ 🚀', null, [1, 2]]) {
      const call = await fn.invoke(event);
      expect(call.path).toMatch(/^\/invocation\/[^/]+\/response$/);
      expect(call.headers['content-type']).toBe('application/json');
      expect(json(call)).toEqual({ got: event });
    }
    expect(fn.api.connections).toBe(1);
  });
});
