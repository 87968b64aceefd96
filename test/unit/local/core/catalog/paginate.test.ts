import { describe, expect, it } from 'vitest';
import { paginate } from '../../../../../src/local/core/catalog/paginate.js';

const LETTERS = [...'abcdefghij'];
const self = (item: string) => item;

describe('paginate', () => {
  it('walks through everything once', () => {
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const page = paginate(LETTERS, self, { Marker: marker, MaxItems: 3 });
      seen.push(...page.items);
      marker = page.nextMarker;
    } while (marker !== undefined);
    expect(seen).toEqual(LETTERS);
  });

  it('gives no marker with the last page, even when it is full', () => {
    expect(paginate(LETTERS, self, { MaxItems: 10 }).nextMarker).toBeUndefined();
  });

  it('never gives more than 50, nor when nobody says how many', () => {
    const many = Array.from({ length: 60 }, (_, index) => `${index}`);
    expect(paginate(many, self, { MaxItems: 10_000 }).items).toHaveLength(50);
    expect(paginate(many, self, {}).items).toHaveLength(50);
  });

  it('neither repeats nor skips when items come and go between two pages', () => {
    const { nextMarker } = paginate(LETTERS, self, { MaxItems: 3 });
    const changed = ['Z', ...LETTERS.filter((letter) => letter !== 'a'), 'z'];
    expect(paginate(changed, self, { Marker: nextMarker, MaxItems: 2 }).items).toEqual(['d', 'e']);
    const withoutLast = LETTERS.filter((letter) => letter !== 'c');
    expect(paginate(withoutLast, self, { Marker: nextMarker, MaxItems: 2 }).items).toEqual(['d', 'e']);
  });

  it.each(['x', 'bnVsbA', ''])('refuses the marker %j', (marker) => {
    expect(() => paginate(LETTERS, self, { Marker: marker, MaxItems: 3 })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });
});
