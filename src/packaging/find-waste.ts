import type { ArchiveDirectoryEntry } from './read-archive.js';

/** Something that a function hardly needs in its package. */
export interface Waste {
  readonly kind:
    | 'runtime-has-it'
    | 'source-map'
    | 'declarations'
    | 'tests'
    | 'documentation'
    | 'compiler'
    | 'duplicates';
  /** What it is and what to do about it. */
  readonly message: string;
  readonly bytes: number;
  readonly count: number;
  /** Some of the entries, biggest first. */
  readonly examples: readonly string[];
}

interface Rule {
  readonly kind: Waste['kind'];
  readonly message: string;
  readonly pattern: RegExp;
  readonly runtime?: RegExp;
}

/** In this order: an entry counts for the first rule that it fits. */
const RULES: readonly Rule[] = [
  {
    kind: 'runtime-has-it',
    message: 'the runtime has the AWS SDK: leave it out, unless you need its exact version',
    pattern: /(^|\/)node_modules\/(@aws-sdk|@smithy)\//,
    runtime: /^nodejs(18|2\d)/,
  },
  {
    kind: 'runtime-has-it',
    message: 'the runtime has boto3: leave it out, unless you need its exact version',
    pattern: /^(boto3|botocore)(-[^/]+\.dist-info)?\//,
    runtime: /^python/,
  },
  {
    kind: 'compiler',
    message: 'tools of the development: put them into devDependencies or leave them out',
    pattern:
      /(^|\/)node_modules\/(typescript|esbuild|@esbuild|webpack|vite|rollup|eslint|prettier|jest|vitest|mocha|@types|@babel)\//,
  },
  { kind: 'source-map', message: 'source maps: only needed with --enable-source-maps', pattern: /\.map$/ },
  { kind: 'declarations', message: 'TypeScript declarations are not read at run time', pattern: /\.d\.[cm]?ts$/ },
  { kind: 'tests', message: 'tests', pattern: /(^|\/)(__tests__|tests?|spec|fixtures)\/|\.(test|spec)\.[cm]?[jt]sx?$/ },
  {
    kind: 'documentation',
    message: 'documentation',
    pattern: /(^|\/)(docs?|examples?)\/|(^|\/)(changelog|history|readme|contributing)[^/]*$|\.(md|markdown|rst)$/i,
  },
];

const MAX_EXAMPLES = 5;
/** Copies of smaller files are not worth a word. */
const MIN_DUPLICATE_BYTES = 10_000;

/** What an archive could do without, biggest first. */
export function findWaste(directory: readonly ArchiveDirectoryEntry[], runtime = ''): readonly Waste[] {
  const rules = RULES.filter((rule) => rule.runtime === undefined || rule.runtime.test(runtime));
  const found = new Map<Rule, ArchiveDirectoryEntry[]>();
  for (const entry of directory) {
    const rule = rules.find(({ pattern }) => pattern.test(entry.name));
    if (rule === undefined || entry.bytes === 0) continue;
    const entries = found.get(rule) ?? [];
    found.set(rule, entries);
    entries.push(entry);
  }
  const wastes = [...found].map(([{ kind, message }, entries]) => toWaste(kind, message, entries));
  const duplicates = findDuplicates(directory);
  if (duplicates.length > 0) wastes.push(toWaste('duplicates', 'the same content more than once', duplicates));
  return wastes.toSorted((a, b) => b.bytes - a.bytes);
}

function toWaste(kind: Waste['kind'], message: string, entries: readonly ArchiveDirectoryEntry[]): Waste {
  const sorted = entries.toSorted((a, b) => b.bytes - a.bytes);
  return {
    kind,
    message,
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    count: entries.length,
    examples: sorted.slice(0, MAX_EXAMPLES).map(({ name }) => name),
  };
}

/** All but the first of the entries that have the same content. */
function findDuplicates(directory: readonly ArchiveDirectoryEntry[]): readonly ArchiveDirectoryEntry[] {
  const seen = new Set<string>();
  return directory.filter((entry) => {
    if (entry.bytes < MIN_DUPLICATE_BYTES) return false;
    const content = `${entry.crc32}-${entry.bytes}`;
    const isKnown = seen.has(content);
    seen.add(content);
    return isKnown;
  });
}
