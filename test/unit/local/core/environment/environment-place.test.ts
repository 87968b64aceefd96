import { describe, expect, it } from 'vitest';
import { EnvironmentPlace } from '../../../../../src/local/core/environment/environment-place.js';
import type { EnvironmentApi } from '../../../../../src/local/core/environment-api.js';
import type { EnvironmentHost, EnvironmentLauncher } from '../../../../../src/local/core/ports.js';
import { createSnapshot } from '../../../../service/lifecycle-service.js';

const door = {} as EnvironmentApi;

function open(launcher: EnvironmentLauncher) {
  const closed: string[] = [];
  const place = new EnvironmentPlace({
    launcher,
    openListener: async () => ({ address: '127.0.0.1:1', close: async () => void closed.push('listener') }),
    request: { environmentId: 'id', logStream: 'stream', snapshot: createSnapshot(), initializationType: 'on-demand' },
  });
  return { place, closed };
}

describe('the place of an environment', () => {
  it('closes its host when there can be no listener', async () => {
    const closed: string[] = [];
    const place = new EnvironmentPlace({
      launcher: { open: async () => ({ dispose: async () => void closed.push('host') }) as EnvironmentHost },
      openListener: async () => Promise.reject(new Error('no port is free')),
      request: { environmentId: 'id', logStream: 's', snapshot: createSnapshot(), initializationType: 'on-demand' },
    });
    await expect(place.open(door)).rejects.toThrow('no port is free');
    await place.close();
    expect(closed).toEqual(['host']);
  });

  it('tells the launcher to stop when it is given up while it is opened', async () => {
    const { place, closed } = open({
      open: ({ openRuntimeApi }, signal) =>
        new Promise((_resolve, reject) => {
          void openRuntimeApi();
          signal?.addEventListener('abort', () => reject(new Error('given up')));
        }),
    });
    const opening = place.open(door);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([place.giveUp(), expect(opening).rejects.toThrow('given up')]);
    await place.close();
    expect(closed).toEqual(['listener']);
  });

  it('opens no listener for a host that cannot be opened', async () => {
    const { place, closed } = open({ open: async () => Promise.reject(new Error('the disk is full')) });
    await expect(place.open(door)).rejects.toThrow('the disk is full');
    await place.close();
    expect(closed).toEqual([]);
  });

  it('does not disturb an open host', async () => {
    let isAborted = false;
    const { place, closed } = open({
      open: async (_request, signal) => {
        signal?.addEventListener('abort', () => {
          isAborted = true;
        });
        return { dispose: async () => void closed.push('host') } as EnvironmentHost;
      },
    });
    await place.open(door);
    await place.giveUp();
    expect(isAborted).toBe(false);
    await place.close();
    expect(closed).toEqual(['host', 'listener']);
  });

  it('gives the processes the address of the listener', async () => {
    const seen: string[] = [];
    const { place } = open({
      open: async ({ openRuntimeApi }) => {
        seen.push((await openRuntimeApi()).address);
        return {} as EnvironmentHost;
      },
    });
    expect(() => place.host).toThrow('before it was opened');
    await place.open(door);
    expect(seen).toEqual(['127.0.0.1:1']);
  });
});
