import { describe, expect, it } from 'vitest';
import { parseUrlAddress } from '../../../../src/local/function-url/url-address.js';

describe('parseUrlAddress', () => {
  it.each([
    ['abc1.lambda-url.localhost:4000', '/a/b?x=1', 'abc1', '/a/b', 'x=1'],
    ['abc1.lambda-url.eu-west-1.localhost:4000', '/', 'abc1', '/', ''],
    ['ABC1.lambda-url.localhost', '/lambda-url/other/', 'abc1', '/lambda-url/other/', ''],
    ['localhost:4000', '/lambda-url/abc1', 'abc1', '/', ''],
    ['127.0.0.1:4000', '/lambda-url/abc1/x%2Fy?q=a?b', 'abc1', '/x%2Fy', 'q=a?b'],
  ])('reads %s%s', (host, target, urlId, rawPath, rawQueryString) => {
    expect(parseUrlAddress(host, target)).toMatchObject({ urlId, rawPath, rawQueryString });
  });

  it.each([
    ['localhost:4000', '/2015-03-31/functions'],
    ['evil.example', '/lambda-url/abc1/'],
    ['abc1.lambda-url.localhost.evil.example', '/'],
    [undefined, '/lambda-url/abc1/'],
  ])('does not take %s%s for a function URL', (host, target) => {
    expect(parseUrlAddress(host, target)).toBeUndefined();
  });
});
