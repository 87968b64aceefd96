import { describe, expect, it } from 'vitest';
import { createFunction } from '../../../../../src/local/core/catalog/create-function.js';
import { publishVersion } from '../../../../../src/local/core/catalog/publish-version.js';
import type { FunctionRecord } from '../../../../../src/local/core/catalog/records.js';
import { updateConfiguration } from '../../../../../src/local/core/catalog/update-function.js';
import { settleFunction } from '../../../../../src/local/core/catalog/version-state.js';

let ids = 0;
const context = { region: 'eu-west-1', accountId: '0', now: 0, newId: () => `id-${ids++}`, transitionMs: 0 };
const fn = createFunction(
  {
    ...{ functionName: 'fn', Handler: 'index.handler', Runtime: 'nodejs24.x', Description: 'first' },
    code: { CodeSha256: 'x', CodeSize: 1, UnzippedSize: 1 },
    ...{ layers: [], tags: {}, publish: false, codeSigningConfigArn: undefined },
  },
  context,
);

function publish(record: FunctionRecord, description?: string): FunctionRecord {
  return publishVersion(settleFunction(record, 0), { description }, context).record;
}

function describeAnew(record: FunctionRecord, Description: string): FunctionRecord {
  const rule = { Description, layers: undefined, revisionId: undefined };
  return updateConfiguration(settleFunction(record, 0), rule, context);
}

const descriptions = ({ versions }: FunctionRecord) => Object.values(versions).map((one) => one.settings.Description);

describe('the next version', () => {
  it('is not made for a description that only the request has', () => {
    expect(descriptions(publish(publish(fn, 'one'), 'other'))).toEqual(['one']);
    expect(descriptions(publish(publish(fn), 'other'))).toEqual(['first']);
    expect(descriptions(publish(publish(fn, 'one')))).toEqual(['one']);
  });

  it('is made when the description of the function has changed', () => {
    expect(descriptions(publish(describeAnew(publish(fn), 'second')))).toEqual(['first', 'second']);
    expect(descriptions(publish(describeAnew(publish(fn, 'one'), 'one')))).toEqual(['one', 'one']);
  });

  it('is not made when the function was given the description that it had', () => {
    expect(descriptions(publish(describeAnew(publish(fn, 'one'), 'first')))).toEqual(['one']);
  });
});
