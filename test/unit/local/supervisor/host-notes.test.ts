import { describe, expect, it } from 'vitest';
import { LaunchFailure } from '../../../../src/local/core/ports.js';
import { hostNotes } from '../../../../src/local/supervisor/host-notes.js';

const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const other = own === 'arm64' ? 'x86_64' : 'arm64';
const interpreter = { command: '/usr/bin/node', prefix: '/usr', version: '24.1.0' };
const memoryLimit = { kind: 'group', version: 2 } as const;
const namespace = {
  kind: 'namespace',
  tools: { unshare: '', nsenter: '', setsid: '', env: '' },
} as const;

describe('the notes of an environment', () => {
  it('say which isolation and which interpreter', () => {
    expect(hostNotes({ choice: namespace, memoryLimit, interpreter, architecture: own })).toEqual([
      'isolation: namespace',
      'memory limit: control group (version 2)',
      'interpreter: /usr/bin/node (24.1.0)',
    ]);
  });

  it('say why it is not more, and what differs from AWS', () => {
    const choice = { kind: 'process', reason: 'not permitted' } as const;
    const warned = { ...interpreter, warning: 'another version' };
    const measured = { kind: 'measure', reason: 'read-only' } as const;
    expect(hostNotes({ choice, memoryLimit: measured, interpreter: warned, architecture: other })).toEqual([
      'isolation: process (not permitted)',
      'memory limit: measured (read-only)',
      'interpreter: /usr/bin/node (24.1.0)',
      'warning: another version',
      `warning: the function is for ${other} and runs on ${own} here`,
    ]);
  });

  it('know no interpreter of a runtime that brings its own or cannot run', () => {
    const choice = { kind: 'process', reason: undefined } as const;
    const facts = { choice, memoryLimit: { kind: 'off' }, architecture: other } as const;
    const notes = ['isolation: process', 'memory limit: off'];
    expect(hostNotes({ ...facts, interpreter: undefined })).toEqual(notes);
    const failure = new LaunchFailure('Runtime.InvalidEntrypoint', 'no');
    expect(hostNotes({ ...facts, interpreter: failure, architecture: own })).toEqual(notes);
  });
});
