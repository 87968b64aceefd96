import { describe, expect, it } from 'vitest';
import { corsHeaders, preflightReply } from '../../../../src/local/function-url/cors.js';
import { facts } from './facts.js';

const ORIGIN = 'https://shop.example';
const from = (origin: string, method = 'GET', more: [string, string][] = []) =>
  facts({ method, headers: [['Origin', origin], ...more] });

describe('preflightReply', () => {
  const cors = {
    AllowOrigins: [ORIGIN],
    AllowMethods: ['GET', 'PUT'],
    AllowHeaders: ['x-key'],
    AllowCredentials: true,
    MaxAge: 60,
  };

  it('answers OPTIONS with what is configured', () => {
    expect(Object.fromEntries(preflightReply(from(ORIGIN, 'OPTIONS'), cors)?.headers ?? [])).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-key',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
    });
  });

  it('gives a foreign origin no header', () => {
    expect(preflightReply(from('https://evil.example', 'OPTIONS'), cors)).toMatchObject({
      status: 200,
      headers: [['vary', 'Origin']],
    });
  });

  it('repeats the wish for wildcards', () => {
    const wish: [string, string][] = [
      ['Access-Control-Request-Method', 'DELETE'],
      ['Access-Control-Request-Headers', 'x-a,x-b'],
    ];
    const reply = preflightReply(from(ORIGIN, 'OPTIONS', wish), {
      AllowOrigins: ['*'],
      AllowMethods: ['*'],
      AllowHeaders: ['*'],
    });
    expect(Object.fromEntries(reply?.headers ?? [])).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'DELETE',
      'access-control-allow-headers': 'x-a,x-b',
    });
  });

  it('leaves every other method to the function', () => {
    expect(preflightReply(from(ORIGIN), cors)).toBeUndefined();
  });
});

describe('corsHeaders', () => {
  it.each([
    [['*'], ORIGIN, true],
    [[ORIGIN], ORIGIN, true],
    [['https://*.example'], ORIGIN, true],
    [['https://other.example'], ORIGIN, false],
    [['https://shop.example.evil'], ORIGIN, false],
    [[], ORIGIN, false],
  ])('with origins %j lets %s in: %s', (AllowOrigins, origin, isAllowed) => {
    const headers = corsHeaders(from(origin), { AllowOrigins });
    expect(headers.some(([name, value]) => name === 'access-control-allow-origin' && value === origin)).toBe(isAllowed);
  });

  it('adds credentials and exposed headers', () => {
    const headers = corsHeaders(from(ORIGIN), {
      AllowOrigins: ['*'],
      AllowCredentials: true,
      ExposeHeaders: ['date', 'x-id'],
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'date,x-id',
    });
  });

  it('adds nothing to a request without origin', () => {
    expect(corsHeaders(facts(), { AllowOrigins: ['*'] })).toEqual([]);
  });
});
