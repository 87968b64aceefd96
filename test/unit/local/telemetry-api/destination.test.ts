import { describe, expect, it } from 'vitest';
import { readDestination } from '../../../../src/local/telemetry-api/destination.js';

const http = (URI: unknown, more: object = {}) => readDestination({ protocol: 'HTTP', URI, ...more }, ['POST']);
const logs = (more: object) =>
  readDestination({ protocol: 'HTTP', URI: 'http://sandbox.localdomain:80', ...more }, ['POST', 'PUT']);

describe('readDestination', () => {
  it.each([
    ['http://sandbox.localdomain:8080', 8080, '/'],
    ['http://sandbox.localdomain:8080/a/b?c=d', 8080, '/a/b?c=d'],
    ['http://sandbox.localdomain:80/', 80, '/'],
    ['http://sandbox:4243/lambda_logs', 4243, '/lambda_logs'],
    ['HTTP://Sandbox.LocalDomain:1/#part', 1, '/'],
    ['http://sandbox.localdomain:65535?x', 65_535, '/?x'],
  ])('takes %s', (uri, port, path) => {
    expect(http(uri)).toEqual({ destination: { protocol: 'HTTP', method: 'POST', port, path } });
  });

  it.each([
    ['http://sandbox.localdomain', ['URI port is not provided']],
    ['http://sandbox.localdomain:/x', ['URI port is not provided']],
    ['https://sandbox.localdomain:8080', ['URI scheme should be http']],
    ['http://127.0.0.1:8080', ['URI host should be sandbox.localdomain']],
    ['http://sandbox.localdomain.evil.example:8080', ['URI host should be sandbox.localdomain']],
    ['http://sandbox.localdomain:9001', ['port 9001 is reserved']],
    ['http://sandbox.localdomain:0', ['port should be between 1 and 65535']],
    ['http://sandbox.localdomain:65536', ['port should be between 1 and 65535']],
    ['http://user@sandbox.localdomain:8080', ['URI is not valid: http://user@sandbox.localdomain:8080']],
    [
      'http://a@sandbox.localdomain:80@evil.example:1/',
      ['URI is not valid: http://a@sandbox.localdomain:80@evil.example:1/'],
    ],
    ['sandbox.localdomain:8080', ['URI is not valid: sandbox.localdomain:8080']],
    ['', ['URI is not provided']],
    [undefined, ['URI is not provided']],
    [8080, ['URI is not provided']],
    [
      'ftp://example.com',
      ['URI scheme should be http', 'URI host should be sandbox.localdomain', 'URI port is not provided'],
    ],
  ])('refuses %s', (uri, problems) => {
    expect(http(uri)).toEqual({ problems });
  });

  it('takes a TCP port', () => {
    expect(readDestination({ protocol: 'TCP', port: 4321 }, ['POST'])).toEqual({
      destination: { protocol: 'TCP', port: 4321 },
    });
  });

  it.each([
    [{ protocol: 'TCP' }, 'port is not provided'],
    [{ protocol: 'TCP', port: '4321' }, 'port is not provided'],
    [{ protocol: 'TCP', port: 9001 }, 'port 9001 is reserved'],
    [{ protocol: 'TCP', port: 1.5 }, 'port should be between 1 and 65535'],
    [{ protocol: 'UDP', port: 1 }, 'destination protocol should be HTTP or TCP'],
    [undefined, 'destination is not provided'],
    ['http://sandbox.localdomain:1', 'destination is not provided'],
  ])('refuses %j', (value, problem) => {
    expect(readDestination(value, ['POST'])).toEqual({ problems: [problem] });
  });

  it('lets only the Logs API choose the method', () => {
    expect(logs({ method: 'PUT' })).toHaveProperty('destination.method', 'PUT');
    expect(logs({})).toHaveProperty('destination.method', 'POST');
    expect(logs({ method: 'GET' })).toEqual({ problems: ['destination method should be POST or PUT'] });
    expect(logs({ encoding: 'XML' })).toEqual({ problems: ['destination encoding should be JSON'] });
    expect(http('http://sandbox.localdomain:80', { method: 'PUT' })).toHaveProperty('destination.method', 'POST');
  });
});
