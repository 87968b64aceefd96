import { describe, expect, it } from 'vitest';
import { chooseVersion } from '../../../../../src/local/core/catalog/aliases.js';

describe('chooseVersion', () => {
  const alias = { Name: 'live', FunctionVersion: '1', Description: '', RevisionId: 'r' };

  it('stays with the main version without weights', () => {
    expect(chooseVersion(alias, 0)).toBe('1');
  });

  it.each([
    [0, '2'],
    [0.099, '2'],
    [0.1, '1'],
    [0.999, '1'],
  ])('with one tenth on version 2 a draw of %f gives %s', (draw, version) => {
    expect(chooseVersion({ ...alias, AdditionalVersionWeights: { 2: 0.1 } }, draw)).toBe(version);
  });

  it('gives each version its share, within three standard deviations', () => {
    const weighted = { ...alias, AdditionalVersionWeights: { 2: 0.25 } };
    const draws = 10_000;
    let second = 0;
    let state = 1;
    for (let n = 0; n < draws; n++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      if (chooseVersion(weighted, state / 2 ** 32) === '2') second++;
    }
    expect(Math.abs(second - draws * 0.25)).toBeLessThan(3 * Math.sqrt(draws * 0.25 * 0.75));
  });
});
