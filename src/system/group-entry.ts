/** Variables that some shell sets, changes or hides on its own, beside those that the script cares for. */
const SHELL_VARIABLES = ['_', 'IFS', 'OLDPWD', 'OPTIND', 'PPID', 'UID', 'EUID', 'GROUPS', 'SHELLOPTS', 'BASHOPTS'];

/**
 * A shell that enters the group and becomes the program; it takes about a millisecond. A process that is
 * moved from outside may have taken memory before, or have children that stay where they are. When the
 * group cannot be entered the program runs without it. Bash, unlike dash, also counts in SHLVL and
 * tells the program its path in `_`.
 */
const ENTER_SCRIPT = `{ echo 0 > "$1"; } 2>/dev/null
if [ -n "$2" ]; then PWD=$2; else unset PWD; fi
level=$3
shift 3
if [ -n "$BASH_VERSION" ]; then
  unset OLDPWD
  set -- env -u _ -u SHLVL \${level:+"SHLVL=$level"} "$@"
fi
exec "$@"`;

/** How a program is started inside a control group: what to run instead of `command`, with the same variables. */
export function enteringGroup(
  entryFile: string,
  { command, args, env }: EnteringProgram,
): { readonly command: string; readonly args: readonly string[] } {
  const { PWD = '', SHLVL = '' } = env;
  const hidden = SHELL_VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  const program = hidden.length === 0 ? [command, ...args] : ['env', ...hidden, command, ...args];
  return { command: '/bin/sh', args: ['-c', ENTER_SCRIPT, 'sh', entryFile, PWD, SHLVL, ...program] };
}

export interface EnteringProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** The variables with which it starts. */
  readonly env: Readonly<Record<string, string>>;
}
