import type { FunctionConfigInput } from '../config/function-schema.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

/** The parsed flags that say what a function is to be. */
export interface FunctionSettingValues {
  readonly code?: string | undefined;
  readonly handler?: string | undefined;
  readonly runtime?: string | undefined;
  readonly role?: string | undefined;
  readonly timeout?: number | undefined;
  readonly 'memory-size'?: number | undefined;
  readonly architecture?: string | undefined;
  readonly 'signing-profile'?: string | undefined;
  readonly env?: readonly string[] | undefined;
}

/** The flags as part of a function's configuration, in which they are the strongest source. */
export function functionOverrides(flags: FunctionSettingValues): Partial<FunctionConfigInput> {
  const { code, handler, runtime, role, timeout, architecture, env } = flags;
  const memorySize = flags['memory-size'];
  const profileName = flags['signing-profile'];
  return {
    ...(code !== undefined && { code }),
    ...(handler !== undefined && { handler }),
    ...(runtime !== undefined && { runtime }),
    ...(role !== undefined && { role }),
    ...(timeout !== undefined && { timeout }),
    ...(memorySize !== undefined && { memorySize }),
    ...(architecture !== undefined && { architectures: [architecture as 'x86_64' | 'arm64'] }),
    ...(profileName !== undefined && { signing: { profileName } }),
    ...(env !== undefined && env.length > 0 && { environment: Object.fromEntries(env.map(parseAssignment)) }),
  };
}

/** Reads `NAME=VALUE`. */
export function parseAssignment(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  // The text itself may be a secret that lacks its name.
  throw new LambdakitError('usage', `A value of ${text.length} characters has no name before it.`, {
    hint: 'Write NAME=VALUE.',
  });
}
