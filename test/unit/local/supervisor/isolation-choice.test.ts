import { describe, expect, it } from 'vitest';
import { IsolationChooser } from '../../../../src/local/supervisor/isolation-choice.js';
import { type NamespaceIsolation, NamespacesRefused } from '../../../../src/local/supervisor/namespace-isolation.js';

const TOOLS = {
  unshare: 'unshare',
  nsenter: 'nsenter',
  setsid: 'setsid',
  env: 'env',
};
const PROCESS = { kind: 'process', dispose: async () => undefined } as never;

/** Walls that only remember what was done with them. */
function namespaceWalls(check: () => Promise<void> = async () => undefined) {
  const walls = { kind: 'namespace', isDisposed: false, checks: 0 };
  return Object.assign(walls, {
    check: async () => {
      walls.checks += 1;
      await check();
    },
    dispose: async () => {
      walls.isDisposed = true;
    },
  }) as typeof walls & NamespaceIsolation;
}

describe('the choice of the isolation', () => {
  it('is tried with the first environment only', async () => {
    const chooser = new IsolationChooser({ wanted: 'best', findTools: async () => TOOLS });
    const walls = [namespaceWalls(), namespaceWalls(), namespaceWalls()];
    let next = 0;
    const builders = {
      namespace: async () => ({ isolation: walls[next++]! }),
      process: async () => ({ isolation: PROCESS }),
    };
    const built = await Promise.all([chooser.build(builders), chooser.build(builders), chooser.build(builders)]);
    expect(built.map(({ choice }) => choice.kind)).toEqual(['namespace', 'namespace', 'namespace']);
    expect(walls.map(({ checks }) => checks)).toEqual([1, 0, 0]);
  });

  it('is not tried again where it has passed before', async () => {
    const passed = new Set<string>();
    const trials = {
      has: async (trial: string) => passed.has(trial),
      note: async (trial: string) => void passed.add(trial),
    };
    const walls = [namespaceWalls(), namespaceWalls()];
    for (const isolation of walls) {
      const chooser = new IsolationChooser({ wanted: 'best', findTools: async () => TOOLS, trials });
      const builders = { namespace: async () => ({ isolation }), process: async () => ({ isolation: PROCESS }) };
      expect((await chooser.build(builders)).choice.kind).toBe('namespace');
    }
    expect(walls.map(({ checks }) => checks)).toEqual([1, 0]);
  });

  it('falls back for all when the trial is refused, and takes its walls down', async () => {
    const chooser = new IsolationChooser({ wanted: 'best', findTools: async () => TOOLS });
    const walls = namespaceWalls(async () => {
      throw new NamespacesRefused('unshare: Operation not permitted\nmore');
    });
    let attempts = 0;
    const builders = {
      namespace: async () => {
        attempts += 1;
        return { isolation: walls };
      },
      process: async () => ({ isolation: PROCESS }),
    };
    const choice = { kind: 'process', reason: 'unshare: Operation not permitted' };
    expect((await chooser.build(builders)).choice).toEqual(choice);
    expect((await chooser.build(builders)).choice).toEqual(choice);
    expect([attempts, walls.isDisposed]).toEqual([1, true]);
  });

  it('is made anew when the first environment failed for a reason of its own', async () => {
    const chooser = new IsolationChooser({ wanted: 'best', findTools: async () => TOOLS });
    const failing = {
      namespace: async () => {
        throw new Error('no such folder');
      },
      process: async () => ({ isolation: PROCESS }),
    };
    const working = { namespace: async () => ({ isolation: namespaceWalls() }), process: failing.process };
    const [first, second] = await Promise.allSettled([chooser.build(failing), chooser.build(working)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'no such folder' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { choice: { kind: 'namespace' } } });
  });

  it('falls back for one environment whose folders cannot be mounted', async () => {
    const chooser = new IsolationChooser({ wanted: 'best', findTools: async () => TOOLS });
    const process = async () => ({ isolation: PROCESS });
    await chooser.build({ namespace: async () => ({ isolation: namespaceWalls() }), process });
    const refused = {
      namespace: async () => {
        throw new NamespacesRefused('mount: bad');
      },
      process,
    };
    expect((await chooser.build(refused)).choice).toEqual({ kind: 'process', reason: 'mount: bad' });
    const again = await chooser.build({ namespace: async () => ({ isolation: namespaceWalls() }), process });
    expect(again.choice.kind).toBe('namespace');
  });

  it('is not tried when plain processes are wanted', async () => {
    const chooser = new IsolationChooser({ wanted: 'process', findTools: async () => TOOLS });
    const namespace = () => Promise.reject(new Error('must not be called'));
    expect((await chooser.build({ namespace, process: async () => ({ isolation: PROCESS }) })).choice).toEqual({
      kind: 'process',
      reason: undefined,
    });
  });
});
