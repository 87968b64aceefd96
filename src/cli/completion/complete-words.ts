/** What completion reads of oclif.manifest.json. */
export interface CommandManifest {
  readonly commands: Readonly<Record<string, ManifestCommand>>;
}

interface ManifestCommand {
  readonly id: string;
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly aliases?: readonly string[];
  readonly args: Readonly<
    Record<string, { readonly name: string; readonly options?: readonly string[]; readonly multiple?: boolean }>
  >;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
}

interface ManifestFlag {
  readonly name: string;
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly type: 'boolean' | 'option';
  readonly hidden?: boolean;
  readonly multiple?: boolean;
  readonly options?: readonly string[];
  readonly description?: string;
}

/** The kinds of names that only the project, or the program's tables, know. */
export type NameKind =
  | 'function'
  | 'layer'
  | 'alias'
  | 'stage'
  | 'template'
  | 'runtime'
  | 'profile'
  | 'event'
  | 'level'
  | 'command';

export interface Candidate {
  readonly value: string;
  readonly description?: string | undefined;
}

export type NamesOf = (kind: NameKind) => Promise<readonly string[]>;

/** Arguments and flags whose value is a name. */
const KINDS: Readonly<Record<string, NameKind>> = {
  function: 'function',
  functions: 'function',
  layer: 'layer',
  alias: 'alias',
  qualifier: 'alias',
  stage: 'stage',
  template: 'template',
  runtime: 'runtime',
  profile: 'profile',
  event: 'event',
  level: 'level',
  topic: 'command',
  remote: 'function',
};

/** Arguments of one command, where the name alone does not say it. */
const KINDS_IN_COMMAND: Readonly<Record<string, NameKind>> = { 'event:generate name': 'event' };

/**
 * What may stand for the last of the words behind the program's name, which may be empty. Nothing for the
 * value of a flag that is a file or free text: the shell offers files there.
 */
export async function completeWords(
  words: readonly string[],
  { commands }: CommandManifest,
  namesOf: NamesOf,
): Promise<readonly Candidate[]> {
  // Shells differ in whether --flag=value is one word or three.
  const { current, before, prefix } = parted(words);
  const byId = commandsByName(commands);
  const names: NamesOf = async (kind) => (kind === 'command' ? [...byId.keys()] : namesOf(kind));
  const found = findCommand(before, byId);
  const candidates =
    found === undefined
      ? nextWords(before, byId)
      : await inCommand(found.command, before.slice(found.length), current, names);
  return candidates
    .filter(({ value }) => value.startsWith(current))
    .map((candidate) => ({ ...candidate, value: prefix + candidate.value }));
}

function parted(words: readonly string[]) {
  const whole = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const last = whole.at(-1) ?? '';
  const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
  if (flag === undefined || value === undefined) {
    return { current: last === '=' ? '' : last, before: whole.slice(0, -1), prefix: '' };
  }
  return { current: value, before: [...whole.slice(0, -1), flag], prefix: `${flag}=` };
}

function commandsByName(commands: CommandManifest['commands']): ReadonlyMap<string, ManifestCommand> {
  const shown = Object.values(commands).filter(({ hidden }) => hidden !== true);
  return new Map(
    shown.flatMap((command) =>
      [command.id, ...(command.aliases ?? [])].map((id) => [id.replaceAll(':', ' '), command] as const),
    ),
  );
}

/** The command that the words begin with, and of how many words its name is; the longest one counts. */
function findCommand(words: readonly string[], byId: ReadonlyMap<string, ManifestCommand>) {
  for (let length = words.length; length > 0; length -= 1) {
    const command = byId.get(words.slice(0, length).join(' '));
    if (command !== undefined) return { command, length };
  }
  return undefined;
}

function nextWords(before: readonly string[], byId: ReadonlyMap<string, ManifestCommand>): readonly Candidate[] {
  const start = before.map((word) => `${word} `).join('');
  const next = new Map<string, string | undefined>();
  for (const [name, { summary }] of byId) {
    if (!name.startsWith(start)) continue;
    const [word = '', ...more] = name.slice(start.length).split(' ');
    if (more.length === 0) next.set(word, summary);
    else if (!next.has(word)) next.set(word, undefined);
  }
  return [...next].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, description]) => ({ value, description }));
}

async function inCommand(
  command: ManifestCommand,
  given: readonly string[],
  current: string,
  namesOf: NamesOf,
): Promise<readonly Candidate[]> {
  const open = flagOf(command, given.at(-1) ?? '');
  if (open?.type === 'option') return values(KINDS[open.name], open.options, namesOf);
  if (current.startsWith('-')) return flagCandidates(command, given);
  const position = positionals(command, given).length;
  const args = Object.values(command.args);
  const argument = args[position] ?? args.findLast(({ multiple }) => multiple === true);
  if (argument === undefined) return [];
  const kind = KINDS_IN_COMMAND[`${command.id} ${argument.name}`] ?? KINDS[argument.name];
  return values(kind, argument.options, namesOf);
}

function flagCandidates(command: ManifestCommand, given: readonly string[]): readonly Candidate[] {
  return Object.values(command.flags)
    .filter(({ hidden, multiple, name, char }) => {
      const isGiven = given.includes(`--${name}`) || (char !== undefined && given.includes(`-${char}`));
      return hidden !== true && (multiple === true || !isGiven);
    })
    .map(({ name, description }) => ({ value: `--${name}`, description }));
}

function positionals(command: ManifestCommand, given: readonly string[]): readonly string[] {
  return given.filter((word, index) => {
    if (word.startsWith('-') && word !== '-') return false;
    return flagOf(command, given[index - 1] ?? '')?.type !== 'option';
  });
}

function flagOf(command: ManifestCommand, word: string): ManifestFlag | undefined {
  if (!word.startsWith('-')) return undefined;
  return Object.values(command.flags).find(
    ({ name, char, aliases = [] }) => word === `-${char}` || [name, ...aliases].some((one) => word === `--${one}`),
  );
}

async function values(
  kind: NameKind | undefined,
  options: readonly string[] | undefined,
  namesOf: NamesOf,
): Promise<readonly Candidate[]> {
  const names = options ?? (kind === undefined ? [] : await namesOf(kind));
  return names.map((value) => ({ value }));
}
