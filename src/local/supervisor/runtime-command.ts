import path from 'node:path';
import { access, constants, stat } from '../../system/files.js';
import type { FunctionSnapshot } from '../core/function-snapshot.js';
import { LaunchFailure } from '../core/ports.js';
import type { InspectOptions } from './debug-port.js';
import { debuggerArguments } from './debugger-arguments.js';
import { type FilesystemView, translatePaths } from './filesystem-view.js';
import type { Interpreter } from './interpreter-search.js';
import { javaArguments } from './java-command.js';
import { LANG_FOLDER } from './namespace-mounts.js';
import { checkProgram } from './program-check.js';

/** A program and its arguments, as the function's world names them. */
export interface RuntimeCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export interface RuntimeCommandRequest {
  readonly snapshot: FunctionSnapshot;
  readonly view: FilesystemView;
  readonly interpreter: Interpreter | undefined;
  /** Starts the interpreter with its debugger; absent when nobody debugs. */
  readonly inspect?: InspectOptions;
  /** Turns a path of the view into one of this machine. */
  hostPath(pathInView: string): string;
}

/**
 * What is started for a function: its own `bootstrap`, or the interpreter with our start program, behind
 * the wrapper script when the function names one.
 * @throws LaunchFailure when an OS-only runtime has no bootstrap or it cannot be executed
 */
export async function runtimeCommand(request: RuntimeCommandRequest): Promise<RuntimeCommand> {
  const { snapshot, interpreter, inspect } = request;
  if (interpreter === undefined) return customRuntime(request);
  const wrapper = snapshot.environment.AWS_LAMBDA_EXEC_WRAPPER;
  const isWrapped = wrapper !== undefined && wrapper !== '';
  const debugArguments = inspect === undefined ? [] : await debuggerArguments(snapshot, interpreter, inspect);
  const managed = await managedRuntime({ ...request, interpreter, debugArguments, isWrapped });
  return isWrapped ? wrapped(managed, wrapper, request) : managed;
}

async function customRuntime({ view, hostPath }: RuntimeCommandRequest): Promise<RuntimeCommand> {
  for (const folder of [view.task, view.opt]) {
    const command = path.join(folder, 'bootstrap');
    const file = hostPath(command);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) continue;
    const shownAs = folder === view.task ? '/var/task/bootstrap' : '/opt/bootstrap';
    await checkProgram({ file, shownAs, errorType: 'Runtime.InvalidEntrypoint', hostPath });
    return { command, args: [] };
  }
  throw new LaunchFailure(
    'Runtime.InvalidEntrypoint',
    "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
  );
}

interface ManagedRuntime extends RuntimeCommandRequest {
  readonly interpreter: Interpreter;
  /** Go before the start program. */
  readonly debugArguments: readonly string[];
  /** A wrapper script sees the command line. */
  readonly isWrapped: boolean;
}

async function managedRuntime(request: ManagedRuntime): Promise<RuntimeCommand> {
  const { snapshot, view, interpreter, debugArguments, isWrapped } = request;
  const { memorySizeMb, handler = '' } = snapshot;
  const command = interpreterInView(interpreter, view);
  const program = (name: string): string => path.join(view.runtime, name);
  const family = /^[a-z]+/.exec(snapshot.runtime ?? '')?.[0];
  switch (family) {
    case 'nodejs':
      return { command, args: [...nodeArguments(memorySizeMb, isWrapped), ...debugArguments, program('index.mjs')] };
    case 'python':
      // Neither the developer's own packages nor, where the folder is not read-only, files beside the code.
      return { command, args: ['-s', ...(view.isTrue ? [] : ['-B']), ...debugArguments, program('bootstrap.py')] };
    case 'ruby':
      return { command, args: [program('bootstrap.rb')] };
    case 'java':
      return { command, args: await javaArguments({ ...request, memorySizeMb, handler }) };
    default:
      throw new LaunchFailure('Runtime.InvalidEntrypoint', `The runtime ${snapshot.runtime} has no start program`);
  }
}

/** Below /var/lang in the true view, as on AWS: the installation may lie in a folder that is hidden there. */
function interpreterInView({ command, prefix }: Interpreter, view: FilesystemView): string {
  return view.isTrue ? path.join(LANG_FOLDER, path.relative(prefix, command)) : command;
}

/**
 * As the command line of the process shows on AWS: at 128 MB semi-space 6 and old space 116. What stands for `--expose-gc`
 * where nobody sees the command line is in our start program: the flag makes starts slow.
 */
function nodeArguments(memorySizeMb: number, isSeen: boolean): readonly string[] {
  const semiSpaceMb = Math.floor(memorySizeMb * 0.05);
  return [
    ...(isSeen ? ['--expose-gc'] : []),
    '--max-http-header-size',
    '81920',
    `--max-semi-space-size=${semiSpaceMb}`,
    `--max-old-space-size=${memorySizeMb - 2 * semiSpaceMb}`,
  ];
}

/**
 * Lambda's start programs execute the script with the interpreter's command line as its arguments; a bad
 * one ends the process with the shell's statuses (developer guide, "Using a wrapper script").
 */
async function wrapped(
  managed: RuntimeCommand,
  wrapper: string,
  { view, hostPath }: RuntimeCommandRequest,
): Promise<RuntimeCommand> {
  const script = translatePaths(wrapper, view);
  const file = hostPath(script);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return complaint(`${wrapper}: does not exist`, 127);
  const isExecutable = await access(file, constants.X_OK).then(
    () => found.isFile(),
    () => false,
  );
  if (!isExecutable) return complaint(`${wrapper}: is not an executable`, 126);
  return { command: script, args: [managed.command, ...managed.args] };
}

/** A process that says why it does not start, so that the message lands in the function's log. */
function complaint(text: string, exitCode: number): RuntimeCommand {
  return { command: '/bin/sh', args: ['-c', 'echo "$0"; exit "$1"', text, String(exitCode)] };
}
