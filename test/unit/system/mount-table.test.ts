import { describe, expect, it } from 'vitest';
import { escapeMountField, lockedFlagsIn } from '../../../src/system/mount-table.js';

describe('fields of the mount table', () => {
  it.each([
    ['/plain/path', '/plain/path'],
    ['/with blank', '/with\\040blank'],
    ['/tab\tand\nline', '/tab\\011and\\012line'],
    ['/back\\slash', '/back\\134slash'],
    ['/#hash', '/\\043hash'],
  ])('%j is written as %j', (text, field) => {
    expect(escapeMountField(text)).toBe(field);
  });

  it.each([
    ['/etc/hosts', []],
    ['/home/me/code', ['nosuid', 'nodev']],
    ['/home/metoo', []],
    ['/home/me/a b/code', ['noexec']],
    ['/tmp/x', ['nosuid']],
  ])('of %s tell the flags %j', (file, flags) => {
    const table = [
      '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
      '23 22 254:1 / /home/me rw,nosuid,nodev,relatime shared:2 - ext4 /dev/vdb rw',
      '24 23 254:1 / /home/me/a\\040b rw,noexec - ext4 /dev/vdc rw',
      '25 22 0:30 / /tmp rw,nodev - tmpfs tmpfs rw',
      '26 25 0:31 / /tmp rw,nosuid - tmpfs tmpfs rw',
      '',
    ].join('\n');
    expect(lockedFlagsIn(table)(file)).toEqual(flags);
  });
});
