import { describe, expect, it } from 'vitest';
import { type GuardOptions, readSignedScope, refuseBrowsers } from '../../../src/local/request-guard.js';

const OPTIONS: GuardOptions = {
  allowedHosts: ['lambda.test'],
  isOpenToNetwork: false,
  noSignRequest: false,
  defaultRegion: 'us-east-1',
};
const SIGNED = `AWS4-HMAC-SHA256 Credential=AKID/20261121/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'a1'.repeat(32)}`;

describe('refuseBrowsers', () => {
  it.each([
    'localhost',
    'localhost:3001',
    '127.0.0.1',
    '127.0.0.1:65535',
    '127.9.8.7',
    '[::1]:3001',
    'x.localhost:3001',
    'LOCALHOST',
    'lambda.test:9',
  ])('lets the Host %s in', (host) => {
    expect(() => refuseBrowsers({ host }, OPTIONS)).not.toThrow();
  });

  it.each([
    undefined,
    '',
    'evil.com',
    'evil.com:3001',
    '127.evil.com',
    '127.0.0.1.evil.com',
    '127.0.0.1.',
    'localhost.',
    'localhost.evil.com',
    'evillocalhost',
    '.localhost',
    'user@localhost',
    'localhost@evil.com',
    'localhost:abc',
    'localhost:3001:1',
    'localhost/evil',
    'localhost, evil.com',
    '127.0.0.256',
    '127.1',
    '0.0.0.0',
    '2130706433',
    '192.168.1.2:3001',
    '[::2]',
    '[::1',
    '[fe80::1%25eth0]',
  ])('refuses the Host %j', (host) => {
    expect(() => refuseBrowsers(host === undefined ? {} : { host }, OPTIONS)).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });

  it('lets any address in when the service is open to the network, but no name', () => {
    const open = { ...OPTIONS, isOpenToNetwork: true };
    expect(() => refuseBrowsers({ host: '192.168.1.2:3001' }, open)).not.toThrow();
    expect(() => refuseBrowsers({ host: 'evil.com' }, open)).toThrow(expect.objectContaining({ status: 403 }));
  });

  it.each([
    { origin: 'https://evil.com' },
    { origin: 'null' },
    { origin: 'http://localhost:3001' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('refuses %j', (headers) => {
    expect(() => refuseBrowsers({ host: 'localhost', ...headers }, OPTIONS)).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });

  it.each(['none', 'same-origin'])('lets Sec-Fetch-Site %s in', (site) => {
    expect(() => refuseBrowsers({ host: 'localhost', 'sec-fetch-site': site }, OPTIONS)).not.toThrow();
  });
});

describe('readSignedScope', () => {
  it('reads region and service from the credential scope', () => {
    expect(readSignedScope({ authorization: SIGNED }, '/', OPTIONS)).toEqual({
      region: 'eu-west-1',
      service: 'lambda',
    });
  });

  it.each([
    undefined,
    '',
    'Basic dXNlcjpwYXNz',
    'Bearer token',
    'AWS4-HMAC-SHA256',
    SIGNED.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'),
    SIGNED.replace('aws4_request', 'aws5_request'),
    SIGNED.replace(/Signature=.*/, 'Signature=short'),
    SIGNED.replace('SignedHeaders=host;x-amz-date, ', ''),
    SIGNED.replace('20261121', 'today'),
  ])('refuses %j', (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect(() => readSignedScope(headers, '/', OPTIONS)).toThrow(expect.objectContaining({ status: 403 }));
  });

  it('takes unsigned requests when told so, but none that is signed badly', () => {
    const open = { ...OPTIONS, noSignRequest: true };
    expect(readSignedScope({}, '/', open)).toEqual({ region: 'us-east-1', service: 'lambda' });
    expect(() => readSignedScope({ authorization: 'Basic x' }, '/', open)).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });
});
