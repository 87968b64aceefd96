import { LIMITS } from '../../lambda/limits.js';
import type { Lint, LintSubject } from './lint.js';

/** Less than this is not worth a word. */
const MIN_WASTE_BYTES = 100_000;
/** The share of the quota from which the next dependency may be too much. */
const NEAR = 0.8;

/** Rules about what is in the package. */
export function packageRules({ stats, resolved }: LintSubject): readonly Lint[] {
  if (stats === undefined) return [];
  const lints: Lint[] = [];
  const options = resolved.environment.NODE_OPTIONS ?? '';
  for (const { kind, message, bytes, count, examples } of stats.waste) {
    const isUsed = kind === 'source-map' && options.includes('--enable-source-maps');
    if (isUsed || bytes < MIN_WASTE_BYTES) continue;
    const size = `${(bytes / 1_048_576).toFixed(1)} MB`;
    lints.push({
      rule: `waste-${kind}`,
      severity: 'note',
      text: `${size} in ${count} entries such as ${examples[0] ?? '?'}: ${message}`,
      hint: 'Leave them out with "exclude" or .lambdakitignore.',
    });
  }
  const isNodejs = resolved.config.runtime?.startsWith('nodejs') === true;
  const hasMaps = stats.entries.some(({ name }) => name.endsWith('.map'));
  if (isNodejs && hasMaps && !options.includes('--enable-source-maps')) {
    lints.push({
      rule: 'source-maps-unused',
      severity: 'note',
      text: 'the package has source maps, and Node.js does not read them',
      hint: 'Set NODE_OPTIONS to --enable-source-maps for stack traces in your own lines, or "build": {"sourcemap": "none"}.',
    });
  }
  if (stats.unzippedBytes > NEAR * LIMITS.unzippedBytes) {
    lints.push({
      rule: 'package-near-limit',
      severity: 'warning',
      text: `the package takes ${Math.round((100 * stats.unzippedBytes) / LIMITS.unzippedBytes)} % of the 250 MB that Lambda takes, layers included`,
      hint: '`lambdakit package --treemap FILE.html` shows what makes it so big.',
    });
  }
  return lints;
}
