import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const src = path.join(root, 'src');

/**
 * The import table of docs/architecture.md: which rooms a room may import, besides itself.
 * A room is a folder of src/, and within src/local a folder of that.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  lambda: ['errors'],
  system: ['errors'],
  config: ['lambda', 'system', 'errors'],
  scaffold: ['lambda', 'system', 'errors'],
  build: ['lambda', 'system', 'errors'],
  packaging: ['lambda', 'system', 'errors'],
  aws: ['lambda', 'system', 'errors'],
  actions: ['config', 'scaffold', 'build', 'packaging', 'aws', 'local', 'lambda', 'system', 'errors'],
  cli: ['actions', 'config', 'scaffold', 'build', 'packaging', 'aws', 'local', 'lambda', 'system', 'errors'],
  commands: ['cli', 'actions', 'lambda', 'errors'],
  index: ['actions', 'local', 'errors'],
  local: [
    'local/core',
    'local/lambda-api',
    'local/runtime-api',
    'local/extensions-api',
    'local/telemetry-api',
    'local/function-url',
    'local/event-sources',
    'local/neighbours',
    'local/logs-api',
    'local/store',
    'local/supervisor',
    'lambda',
    'system',
    'errors',
  ],
  'local/core': ['lambda', 'errors'],
  'local/store': ['local/core', 'lambda', 'system', 'errors'],
  'local/supervisor': ['local/core', 'lambda', 'system', 'errors'],
  'local/runtime-api': ['local/core', 'lambda', 'system', 'errors'],
  'local/extensions-api': ['local/core', 'lambda', 'system', 'errors'],
  'local/telemetry-api': ['local/core', 'lambda', 'system', 'errors'],
  'local/lambda-api': ['local/core', 'local/store', 'lambda', 'system', 'errors'],
  'local/function-url': ['local/core', 'local/store', 'lambda', 'system', 'errors'],
  'local/event-sources': ['local/core', 'local/store', 'lambda', 'system', 'errors'],
  'local/neighbours': ['local/core', 'lambda', 'system', 'errors'],
  'local/logs-api': ['local/core', 'local/store', 'lambda', 'system', 'errors'],
  'local/bootstrap': [],
};

/** Packages and Node modules that only these rooms may import. */
const DOORS: readonly { readonly what: RegExp; readonly rooms: readonly string[] }[] = [
  { what: /^@aws-sdk\//, rooms: ['aws', 'local/lambda-api', 'local/neighbours'] },
  { what: /^(node:)?child_process$/, rooms: ['system', 'local/bootstrap'] },
  { what: /^execa$/, rooms: ['system'] },
  { what: /^(node:)?(fs|fs\/promises)$/, rooms: ['system', 'local/bootstrap'] },
  { what: /^@oclif\/core/, rooms: ['cli', 'commands'] },
  { what: /^(chalk|ora|@inquirer\/prompts)$/, rooms: ['cli'] },
];

const MAX_FILE_LINES = 400;

interface Source {
  readonly file: string;
  readonly room: string;
  readonly lines: number;
  readonly text: string;
  readonly imports: readonly {
    readonly specifier: string;
    readonly resolved: string | undefined;
  }[];
}

function roomOf(relative: string): string {
  const parts = relative.split('/');
  if (parts.length === 1) return parts[0]!.replace(/\.ts$/, '');
  if (parts[0] === 'local' && parts.length > 2) return `local/${parts[1]}`;
  return parts[0]!;
}

function readSources(): Source[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name.endsWith('.ts'))
    .map((file) => {
      const text = readFileSync(path.join(src, file), 'utf8');
      const imports = [
        ...text.matchAll(
          /^\s*(import|export)(\s+type)?\b[^'"`;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
        ),
      ].map((match) => {
        const specifier = match[3] ?? match[4] ?? match[5] ?? '';
        const resolved = specifier.startsWith('.')
          ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)).replace(/\.js$/, '.ts')
          : undefined;
        return { specifier, resolved };
      });
      return { file, room: roomOf(file), lines: text.split('\n').length, text, imports };
    });
}

const sources = readSources();

describe('the house', () => {
  it('has only the rooms of the import table', () => {
    expect([...new Set(sources.map((source) => source.room))].sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it('imports only files that there are', () => {
    const files = new Set(sources.map(({ file }) => file));
    const imported = sources.flatMap(({ imports }) => imports.flatMap(({ resolved }) => resolved ?? []));
    expect(imported.length).toBeGreaterThan(files.size);
    expect(imported.filter((file) => file.endsWith('.ts') && !files.has(file))).toEqual([]);
  });

  it('imports only downwards', () => {
    const forbidden = sources.flatMap((source) =>
      source.imports
        .filter(({ resolved }) => resolved !== undefined)
        .map(({ resolved }) => roomOf(resolved!))
        .filter((room) => room !== source.room && !ALLOWED[source.room]?.includes(room))
        .map((room) => `${source.file} imports ${room}`),
    );
    expect(forbidden).toEqual([]);
  });

  it('enters the local service by its index alone', () => {
    const outsiders = sources
      .filter((source) => source.room !== 'local' && !source.room.startsWith('local/'))
      .flatMap((source) =>
        source.imports
          .filter(({ resolved }) => resolved?.startsWith('local/') && resolved !== 'local/index.ts')
          .map(({ resolved }) => `${source.file} imports ${resolved}`),
      );
    expect(outsiders).toEqual([]);
  });

  it('keeps each effect behind its door', () => {
    const trespassers = sources.flatMap((source) =>
      source.imports.flatMap(({ specifier }) =>
        DOORS.filter(({ what, rooms }) => what.test(specifier) && !rooms.includes(source.room)).map(
          () => `${source.file} imports ${specifier}`,
        ),
      ),
    );
    expect(trespassers).toEqual([]);
  });

  it('reads the environment and ends the process in one place', () => {
    const outside = sources.filter(({ room }) => !['system', 'local/bootstrap'].includes(room));
    expect(outside.filter(({ text }) => /\bprocess\.(env|cwd)\b/.test(text)).map(({ file }) => file)).toEqual([]);
    expect(outside.filter(({ text }) => /\bprocess\.exit\(/.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('has no import cycle between files', () => {
    const graph = new Map(
      sources.map((source) => [
        source.file,
        source.imports.flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved])),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
    const [file = '', [imported = ''] = []] = [...graph].find(([, imports]) => imports.length > 0) ?? [];
    expect(findCycle(new Map([...graph, [imported, [file]]]))).toContain(file);
  });

  it(`has no file of more than ${MAX_FILE_LINES} lines`, () => {
    expect(sources.filter(({ lines }) => lines > MAX_FILE_LINES).map(({ file, lines }) => `${file}: ${lines}`)).toEqual(
      [],
    );
  });

  it('has no folder or file named after nothing', () => {
    const banned = /(^|[/-])(utils?|helpers?|common|misc|manager|shared|types)([./-]|$)/;
    expect(sources.map(({ file }) => file).filter((file) => banned.test(file))).toEqual([]);
  });
});

/** The first cycle found, as the list of its files; undefined where there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    if (done.has(file)) return undefined;
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
