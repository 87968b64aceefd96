import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { ApiError } from './core/catalog/api-error.js';

export interface GuardOptions {
  /** Host names beside the loopback ones under which the service may be called. */
  readonly allowedHosts: readonly string[];
  /** True when the service listens on more than loopback: any address literal is a fitting Host then. */
  readonly isOpenToNetwork: boolean;
  /** Serves requests without an Authorization header too. */
  readonly noSignRequest: boolean;
  /** For requests that do not name theirs. */
  readonly defaultRegion: string;
}

/** What the Authorization header says. */
export interface SignedScope {
  readonly region: string;
  /** Signing name, such as `lambda` or `logs`. */
  readonly service: string;
}

/**
 * Refuses what a web page could send: a Host that is not ours (DNS rebinding), any Origin, any request
 * that the browser marks as coming from another site. @throws ApiError with status 403
 */
export function refuseBrowsers(headers: IncomingHttpHeaders, options: GuardOptions): void {
  const { host } = headers;
  if (host === undefined || !isAllowedHost(host, options)) {
    throw forbidden(`The Host ${JSON.stringify(host ?? '')} is not a name of the local Lambda service.`);
  }
  if (headers.origin !== undefined) {
    throw forbidden('Requests from web pages are refused.');
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    throw forbidden('Requests from other sites are refused.');
  }
}

const CREDENTIAL = /^AWS4-HMAC-SHA256 .*\bCredential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request\b/;
const SIGNATURE = /\bSignature=[0-9a-f]{64}\b/;
const SIGNED_HEADERS = /\bSignedHeaders=[a-z0-9;-]+/;

/**
 * Demands a well-formed Signature Version 4 header, which every SDK sends and no web page can without
 * asking first. The signature itself is not checked: any credentials do. @throws ApiError with status 403
 */
export function readSignedScope(headers: IncomingHttpHeaders, url: string, options: GuardOptions): SignedScope {
  const { authorization } = headers;
  if (authorization === undefined) {
    const region = regionOfPresigned(url) ?? (isPresignedTheOldWay(url) ? options.defaultRegion : undefined);
    if (region !== undefined) return { region, service: 's3' };
    if (options.noSignRequest) return { region: options.defaultRegion, service: 'lambda' };
    throw new ApiError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  }
  const match = CREDENTIAL.exec(authorization);
  if (match === null || !SIGNATURE.test(authorization) || !SIGNED_HEADERS.test(authorization)) {
    throw new ApiError(
      'IncompleteSignatureException',
      403,
      'Authorization header requires Credential, SignedHeaders and Signature of AWS4-HMAC-SHA256.',
    );
  }
  return { region: match[1] ?? options.defaultRegion, service: match[2] ?? 'lambda' };
}

/** A link into S3 that its owner signed: the signature is in the query. No other service takes such requests here. */
function regionOfPresigned(url: string): string | undefined {
  if (!url.includes('X-Amz-Signature=')) return undefined;
  return /[?&]X-Amz-Credential=[^&]*?%2F\d{8}%2F([a-z0-9-]+)%2Fs3%2Faws4_request(?:&|$)/i.exec(url)?.[1];
}

/** Signature Version 2, which the aws CLI still signs links into S3 with in some regions; no region is in it. */
function isPresignedTheOldWay(url: string): boolean {
  return /[?&]AWSAccessKeyId=/.test(url) && /[?&]Signature=/.test(url) && /[?&]Expires=\d+/.test(url);
}

/** True for an address or name that only this machine reaches. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.endsWith('.localhost') || isLoopbackAddress(host);
}

function isLoopbackAddress(host: string): boolean {
  return isIP(host) === 4 && host.startsWith('127.');
}

function isAllowedHost(header: string, options: GuardOptions): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/.exec(header.toLowerCase());
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) return false;
  if (isLoopbackHost(name) && !/^[.-]/.test(name)) return true;
  if (options.isOpenToNetwork && isIP(name) !== 0) return true;
  return options.allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function forbidden(text: string): ApiError {
  return new ApiError('AccessDeniedException', 403, text);
}
