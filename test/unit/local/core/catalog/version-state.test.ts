import { describe, expect, it } from 'vitest';
import type { VersionRecord } from '../../../../../src/local/core/catalog/records.js';
import { beginTransition, describeState, settleVersion } from '../../../../../src/local/core/catalog/version-state.js';

const CONTEXT = { region: 'r', accountId: 'a', now: 1000, transitionMs: 500, newId: () => 'later' };

function version(kind: 'create' | 'update'): VersionRecord {
  return {
    Version: '$LATEST',
    configurationId: 'c',
    RevisionId: 'now',
    settings: {} as VersionRecord['settings'],
    code: { CodeSha256: '', CodeSize: 0, UnzippedSize: 0 },
    LastModified: 1000,
    transition: beginTransition(kind, CONTEXT),
  };
}

describe('settleVersion', () => {
  it.each(['create', 'update'] as const)('keeps a %s until its time has come', (kind) => {
    expect(settleVersion(version(kind), 1499)).toEqual(version(kind));
    const settled = settleVersion(version(kind), 1500);
    expect(settled).toMatchObject({ RevisionId: 'later', hasSettled: true });
    expect(settled.transition).toBeUndefined();
    expect(describeState(settled)).toEqual({ State: 'Active', LastUpdateStatus: 'Successful' });
  });
});

describe('describeState', () => {
  it('says Pending without an update status while a function is created', () => {
    expect(describeState(version('create'))).toEqual({
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    });
  });

  it('says Active and InProgress while it is updated', () => {
    expect(describeState(version('update'))).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' });
  });
});
