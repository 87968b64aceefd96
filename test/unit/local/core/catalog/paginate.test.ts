import { describe, expect, it } from 'vitest';
import { paginate } from '../../../../../src/local/core/catalog/paginate.js';

const LETTERS = [...'abcdefghij'];
const self = (item: string) => item;

describe('paginate', () => {
  it('walks through everything once', () => {
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const page = paginate(LETTERS, self, { marker, maxItems: 3, cap: 50 });
      seen.push(...page.items);
      marker = page.nextMarker;
    } while (marker !== undefined);
    expect(seen).toEqual(LETTERS);
  });

  it('gives no marker with the last page, even when it is full', () => {
    expect(paginate(LETTERS, self, { marker: undefined, maxItems: 10, cap: 50 }).nextMarker).toBeUndefined();
  });

  it('never gives more than the cap', () => {
    expect(paginate(LETTERS, self, { marker: undefined, maxItems: 10_000, cap: 4 }).items).toHaveLength(4);
  });

  it('neither repeats nor skips when items come and go between two pages', () => {
    const { nextMarker } = paginate(LETTERS, self, { marker: undefined, maxItems: 3, cap: 50 });
    const changed = ['Z', ...LETTERS.filter((letter) => letter !== 'a'), 'z'];
    expect(paginate(changed, self, { marker: nextMarker, maxItems: 2, cap: 50 }).items).toEqual(['d', 'e']);
    const withoutLast = LETTERS.filter((letter) => letter !== 'c');
    expect(paginate(withoutLast, self, { marker: nextMarker, maxItems: 2, cap: 50 }).items).toEqual(['d', 'e']);
  });

  it.each(['x', 'bnVsbA', ''])('refuses the marker %j', (marker) => {
    expect(() => paginate(LETTERS, self, { marker, maxItems: 3, cap: 50 })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });
});
