import { Flags } from '@oclif/core';
import type { CorsRules } from '../actions/function-url.js';

const several = { multiple: true, multipleNonGreedy: true } as const;

/** Which pages of browsers may call a function URL. */
export const corsFlags = {
  'cors-origin': Flags.string({
    ...several,
    description: 'Origin that browsers may call from; may be repeated.',
    helpValue: 'ORIGIN',
  }),
  'cors-method': Flags.string({
    ...several,
    description: 'Method that browsers may use; may be repeated.',
    helpValue: 'METHOD',
  }),
  'cors-header': Flags.string({
    ...several,
    description: 'Header that browsers may send; may be repeated.',
    helpValue: 'HEADER',
  }),
  'cors-expose-header': Flags.string({
    ...several,
    description: 'Header that pages may read; may be repeated.',
    helpValue: 'HEADER',
  }),
  'cors-credentials': Flags.boolean({ description: 'Whether browsers may send cookies.', allowNo: true }),
  'cors-max-age': Flags.integer({
    description: 'How long browsers remember this, in seconds.',
    min: 0,
    max: 86_400,
    helpValue: 'SECONDS',
  }),
  'no-cors': Flags.boolean({
    description: 'Take all of these rules away.',
    exclusive: ['cors-origin', 'cors-method', 'cors-header', 'cors-expose-header', 'cors-credentials', 'cors-max-age'],
  }),
};

export interface CorsFlagValues {
  readonly 'cors-origin'?: string[] | undefined;
  readonly 'cors-method'?: string[] | undefined;
  readonly 'cors-header'?: string[] | undefined;
  readonly 'cors-expose-header'?: string[] | undefined;
  readonly 'cors-credentials'?: boolean | undefined;
  readonly 'cors-max-age'?: number | undefined;
  readonly 'no-cors': boolean;
}

/** The flags in the words of the API; undefined when none of them is given. */
export function corsRules(flags: CorsFlagValues): CorsRules | 'none' | undefined {
  if (flags['no-cors']) return 'none';
  const rules = {
    AllowOrigins: flags['cors-origin'],
    AllowMethods: flags['cors-method'],
    AllowHeaders: flags['cors-header'],
    ExposeHeaders: flags['cors-expose-header'],
    AllowCredentials: flags['cors-credentials'],
    MaxAge: flags['cors-max-age'],
  };
  const given = Object.entries(rules).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
