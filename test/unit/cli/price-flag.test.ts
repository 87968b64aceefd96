import { expect, it } from 'vitest';
import { parsePrice } from '../../../src/cli/price-flag.js';
import { costText } from '../../../src/cli/render/logs.js';

it('reads the price of a GB-second and of a request', () => {
  expect(parsePrice(undefined)).toBeUndefined();
  expect(parsePrice('0.0000166667, 2e-7')).toEqual({ perGbSecond: 0.0000166667, perRequest: 0.0000002 });
  expect(parsePrice('.5,0')).toEqual({ perGbSecond: 0.5, perRequest: 0 });
});

it.each(['', '1', '1,', ',1', '1,2,3', '-1,2', 'a,b', '0x1,2', '1 USD,2'])('refuses "%s"', (text) => {
  expect(() => parsePrice(text)).toThrow(`"${text}" is no price.`);
});

it('says what a cost is made of, or that no price is known and how to give one', () => {
  const place = { region: 'mx-central-1', architecture: 'arm64' } as const;
  expect(costText(place)).toBe(
    'the price is not known for mx-central-1 (arm64); give it with --price GBSECOND,REQUEST',
  );
  expect(costText({ ...place, cost: 1.5, currency: 'USD', priceOrigin: 'given' })).toBe(
    '1.5000 USD (at the given price, without free tier)',
  );
  expect(costText({ ...place, region: 'eu-west-1', cost: 1.5, currency: 'USD', priceOrigin: 'list' })).toBe(
    '1.5000 USD (list price of eu-west-1, without free tier)',
  );
});
