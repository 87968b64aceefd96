import { type Mark, markOf } from '../system/kept-marks.js';
import { isMapping } from './value-path.js';

/** Says that settings were checked and found good as they are, so that the schemas need not be loaded for them again. */
export function checkedMark(kind: 'project' | 'function' | 'layer', settings: unknown): Mark {
  return markOf(kind, JSON.stringify(settings, withoutVariables));
}

/** What environment variables are set to may be secret, and of a text the schemas ask no more than that it is one. */
function withoutVariables(key: string, value: unknown): unknown {
  if (key !== 'environment' || !isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, setting]) => [name, typeof setting === 'string' ? '' : setting]),
  );
}
