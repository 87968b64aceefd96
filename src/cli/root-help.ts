import { readFileSync } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';
import { EXIT_CODES } from './exit-codes.js';
import { mayColour } from './terminal.js';

/** What help reads of package.json. */
interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly oclif: {
    readonly bin: string;
    readonly topics: Readonly<Record<string, { readonly description: string }>>;
  };
}

/** What help reads of oclif.manifest.json. */
interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly id: string;
        readonly summary?: string;
        readonly hidden?: boolean;
        readonly aliases?: readonly string[];
      }
    >
  >;
}

const DEFAULT_WIDTH = 80;
const WIDEST = 120;

/**
 * The help of the whole program. Made from two files without the framework, which takes longer to load than
 * all the rest: this is what people see first.
 */
export function rootHelp(): string {
  const root = packageRoot();
  const facts = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as PackageFacts;
  const manifest = JSON.parse(readFileSync(`${root}/oclif.manifest.json`, 'utf8')) as Manifest;
  const { name, version, description, oclif } = facts;
  const topics = Object.entries(oclif.topics).map(([topic, { description: text }]) => [topic, text] as const);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['VERSION', [`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`]],
    ['USAGE', [`$ ${oclif.bin} [COMMAND]`]],
    ['TOPICS', renderList(topics)],
    ['COMMANDS', renderList(commandsOf(manifest))],
    ['EXIT CODES', exitCodeRows().split('\n')],
  ];
  const texts = sections.map(([head, lines]) => [headline(head), ...lines.map((line) => `  ${line}`), ''].join('\n'));
  return [description, '', ...texts].join('\n');
}

/** The table of exit codes as lines. */
export function exitCodeRows(): string {
  return Object.entries(EXIT_CODES)
    .map(([code, meaning]) => `${code.padStart(3)}  ${meaning}`)
    .join('\n');
}

/** Commands of one word, under each of their names; the others stand below their topic. */
function commandsOf({ commands }: Manifest): readonly (readonly [string, string])[] {
  return Object.values(commands)
    .filter(({ hidden }) => hidden !== true)
    .flatMap(({ id, summary = '', aliases = [] }) => [id, ...aliases].map((name) => [name, summary] as const))
    .filter(([name]) => !name.includes(':') && !name.includes(' '))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function renderList(rows: readonly (readonly [string, string])[]): readonly string[] {
  const nameWidth = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, text]) => {
    const [first = '', ...rest] = wrap(text, width() - nameWidth - 2);
    return [name.padEnd(nameWidth) + first, ...rest.map((line) => ' '.repeat(nameWidth) + line)];
  });
}

function wrap(text: string, lineWidth: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineWidth) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function width(): number {
  const { columns = DEFAULT_WIDTH } = process.stdout;
  return Math.max(DEFAULT_WIDTH / 2, Math.min(columns, WIDEST));
}

function headline(text: string): string {
  return mayColour(process.stdout) ? `\u001b[1m${text}\u001b[22m` : text;
}
