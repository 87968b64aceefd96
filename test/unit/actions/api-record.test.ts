import { expect, it } from 'vitest';
import { recordOf } from '../../../src/actions/api-record.js';

it('spells members as the project file does, and leaves the keys of users alone', () => {
  const answer = {
    $metadata: { requestId: 'r' },
    FunctionArn: 'arn',
    KMSKeyArn: 'key',
    UUID: 'u',
    Missing: undefined,
    LastModified: new Date(0),
    Environment: { Variables: { TABLE_NAME: 't' } },
    Tags: { Team: 'a' },
    Layers: [{ Arn: 'l', CodeSize: 1 }],
  };
  expect(recordOf(answer)).toEqual({
    functionArn: 'arn',
    kmsKeyArn: 'key',
    uuid: 'u',
    lastModified: '1970-01-01T00:00:00.000Z',
    environment: { variables: { TABLE_NAME: 't' } },
    tags: { Team: 'a' },
    layers: [{ arn: 'l', codeSize: 1 }],
  });
});
