import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chooseMemoryGroups } from '../../../src/local/supervisor/memory-groups.js';
import { createMemoryGroup } from '../../../src/system/memory-group.js';
import { placeOf } from '../../../src/system/memory-hierarchy.js';
import { identifyOwnProcess } from '../../../src/system/process-identity.js';
import { type ProcessTreeEnd, spawnProcessTree } from '../../../src/system/process-tree.js';

const MEGABYTE = 1024 * 1024;
const choice = await chooseMemoryGroups({ owner: await identifyOwnProcess() });
const missing = choice.kind === 'group' ? '' : ` (skipped: no control groups here: ${choice.reason})`;

describe('the place in the memory hierarchy', () => {
  const v1 = '36 32 0:31 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory';
  const v2 = '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
  const hybrid = '31 24 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw';

  it.each([
    [
      'version 2',
      '0::/user.slice/a.scope\n',
      v2,
      { version: 2, top: '/sys/fs/cgroup', own: '/sys/fs/cgroup/user.slice/a.scope' },
    ],
    ['version 2 at the top', '0::/\n', v2, { version: 2, top: '/sys/fs/cgroup', own: '/sys/fs/cgroup' }],
    [
      'version 1',
      '4:memory:/a/b\n0::/\n',
      `${hybrid}\n${v1}`,
      { version: 1, top: '/sys/fs/cgroup/memory', own: '/sys/fs/cgroup/memory/a/b' },
    ],
    [
      'version 1 with several controllers, seen from a container',
      '5:cpu,cpuacct:/docker/c0ffee\n4:hugetlb,memory:/docker/c0ffee/x\n',
      '36 32 0:31 /docker/c0ffee /sys/fs/cgroup/memory ro shared:9 - cgroup cgroup rw,hugetlb,memory',
      { version: 1, top: '/sys/fs/cgroup/memory', own: '/sys/fs/cgroup/memory/x' },
    ],
  ])('is found: %s', (_name, groups, mounts, expected) => {
    expect(placeOf(groups, mounts)).toEqual(expected);
  });

  it.each([
    ['no groups', '', v2],
    ['nothing is mounted', '0::/a\n', '22 1 8:1 / / rw - ext4 /dev/sda rw'],
    ['our group lies outside of what is mounted', '4:memory:/other\n', v1.replace(' / ', ' /docker/c0ffee ')],
  ])('is not found: %s', (_name, groups, mounts) => {
    expect(placeOf(groups, mounts)).toBeUndefined();
  });
});

describe('a memory group', () => {
  it.skipIf(missing !== '')(`ends a process before it takes more than the limit${missing}`, async () => {
    if (choice.kind !== 'group') return;
    const group = await choice.groups.create('unit', 96 * MEGABYTE);
    onTestFinished(async () => void (await group.remove()));
    const end = await new Promise<ProcessTreeEnd>((resolve, reject) => {
      const args = ['-e', 'Buffer.alloc(1500 * 1024 * 1024, 1)'];
      const onOutput = () => undefined;
      spawnProcessTree({
        command: process.execPath,
        args,
        env: {},
        groupEntry: group.entryFile,
        onOutput,
        onExit: resolve,
      }).catch(reject);
    });
    expect(end).toEqual({ exitCode: undefined, signal: 'SIGKILL' });
    expect(group.killCount()).toBe(1);
    const peak = choice.groups.version === 1 ? 'memory.max_usage_in_bytes' : 'memory.peak';
    expect(Number(await readFile(path.join(group.folder, peak), 'utf8'))).toBeLessThanOrEqual(96 * MEGABYTE);
  });

  it.each([
    [1, 'memory.limit_in_bytes', 'memory.swappiness', 'memory.oom_control', 'tasks'],
    [2, 'memory.max', 'memory.swap.max', 'memory.events', 'cgroup.procs'],
  ] as const)(
    'of version %i is written and read by the names of that version',
    async (version, limit, swap, events, entry) => {
      const parent = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-group-'));
      onTestFinished(() => rm(parent, { recursive: true }));
      const folder = path.join(parent, 'group');
      const group = await createMemoryGroup(folder, version, 1000);
      const read = (name: string) => readFile(path.join(folder, name), 'utf8');
      expect([await read(limit), await read(swap)]).toEqual(['1000', '0']);
      group.setLimit(2000);
      expect(await read(limit)).toBe('2000');
      expect([group.killCount(), group.sharedBytes()]).toEqual([0, 0]);
      await writeFile(path.join(folder, events), 'oom 4\noom_kill_disable 0\noom_kill 3\noom_group_kill 0\n');
      await writeFile(path.join(folder, 'memory.stat'), 'anon 5\nshmem 77\nshmem_thp 9\n');
      expect([group.killCount(), group.sharedBytes()]).toEqual([3, 77]);
      expect(group.entryFile).toBe(path.join(folder, entry));
    },
  );
});
