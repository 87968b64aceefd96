import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT_CODE_OF } from '../../src/cli/exit-codes.js';
import type { ErrorCode } from '../../src/errors/lambdakit-error.js';
import { type BinResult, createProject, root, runBin } from './bin-kit.js';

interface ManifestCommand {
  readonly id: string;
  readonly args: Readonly<
    Record<string, { readonly name: string; readonly required?: boolean; readonly options?: readonly string[] }>
  >;
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly required?: boolean;
        readonly options?: readonly string[];
        readonly type: string;
      }
    >
  >;
}

const manifest = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as {
  readonly commands: Readonly<Record<string, ManifestCommand>>;
};

/** They stay in the foreground until they are interrupted; interruption.test.ts runs them. */
const FOREGROUND = new Set(['local:start', 'dev']);

const commands = Object.values(manifest.commands).filter(({ id }) => !FOREGROUND.has(id));

/** The least that the parser takes: the function exists, whatever else is named does not. */
function leastWords({ id, args, flags }: ManifestCommand): readonly string[] {
  const value = ({ name, options }: { readonly name: string; readonly options?: readonly string[] }) =>
    options?.[0] ?? (/^functions?$/.test(name) ? 'hello' : '1');
  return [
    ...id.split(':'),
    ...Object.values(args)
      .filter(({ required }) => required === true)
      .map(value),
    ...Object.values(flags)
      .filter(({ required }) => required === true)
      .flatMap((flag) => (flag.type === 'boolean' ? [`--${flag.name}`] : [`--${flag.name}`, value(flag)])),
  ];
}

/** One document, and the exit code that its error stands for. */
function expectOneDocument({ code, stdout }: Pick<BinResult, 'code' | 'stdout'>): void {
  const document = JSON.parse(stdout) as { readonly error?: { readonly code: ErrorCode; readonly message: string } };
  expect(document.error?.code, document.error?.message).not.toBe('internal');
  expect(code).toBe(document.error === undefined ? 0 : EXIT_CODE_OF[document.error.code]);
}

describe('--json is one document, and the exit code that of its error', () => {
  it.each(commands.map((command) => [leastWords(command).join(' '), command] as const))(
    'where nothing listens: %s',
    async (_, command) => {
      const cwd = createProject('return 1;', { build: { builder: 'none' } });
      // A port that nobody listens on: reserved for TCP multiplexing, and never assigned to a service here.
      const words = [...leastWords(command), '--json', '--endpoint-url', 'http://127.0.0.1:1', '--region', 'eu-west-1'];
      expectOneDocument(await runBin(words, { cwd, input: '' }));
    },
  );
});
