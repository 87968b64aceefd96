import path from 'node:path';
import { existsSync } from '../system/files.js';

/** Needs what the framework knows of all commands. */
const NEEDS_MANIFEST = 'help';

/**
 * The first words of the arguments, as many as name a command together; none when they name no command in full, or want
 * it explained and not run.
 */
export function namedCommand(argv: readonly string[], root: string): readonly string[] {
  if (argv[0] === NEEDS_MANIFEST || wantsHelp(argv)) return [];
  const end = argv.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  const words = argv.slice(0, Math.min(end === -1 ? argv.length : end, 2));
  while (words.length > 0 && !existsSync(commandFile(words, root))) words.pop();
  return words;
}

/** The program of a command. */
export function commandFile(words: readonly string[], root: string): string {
  return `${path.join(root, 'dist', 'commands', ...words)}.js`;
}

/** The framework's own rule: the flag before `--`. */
function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--help');
}
