import path from 'node:path';
import { access, constants, open, realpath, stat } from '../../system/files.js';
import { type ForkExecReason, forkExecFailure } from './fork-exec-failure.js';

/** ELF machine numbers (System V ABI) by Node's name of the architecture. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

export interface ProgramCheck {
  /** The file on this machine. */
  readonly file: string;
  /** How the function names it, for the message. */
  readonly shownAs: string;
  readonly errorType: 'Runtime.InvalidEntrypoint' | 'Extension.LaunchError';
  /** Turns a path of the function's world into one of ours; for the interpreter of a script. */
  hostPath(pathInView: string): string;
}

/**
 * Finds out before the start why the kernel would refuse to execute a file.
 * @throws LaunchFailure
 */
export async function checkProgram(check: ProgramCheck): Promise<void> {
  const reason = await refusal(check);
  if (reason !== undefined) throw forkExecFailure(check.errorType, check.shownAs, reason);
}

async function refusal({ file, hostPath }: ProgramCheck): Promise<ForkExecReason | undefined> {
  const target = await realpath(file).catch(() => undefined);
  const found = target === undefined ? undefined : await stat(target);
  if (target === undefined || found === undefined) return 'ENOENT';
  if (!found.isFile()) return 'EACCES';
  if (process.platform !== 'win32' && (found.mode & 0o111) === 0) return 'EACCES';
  const head = await readHead(target);
  if (head.subarray(0, 2).toString('latin1') === '#!') return scriptRefusal(head, hostPath);
  return process.platform === 'linux' ? binaryRefusal(head) : undefined;
}

async function scriptRefusal(
  head: Buffer,
  hostPath: (pathInView: string) => string,
): Promise<ForkExecReason | undefined> {
  const [line = ''] = head.subarray(2).toString('utf8').split('\n');
  // A carriage return at the end of the line is part of the interpreter's name, as for the kernel.
  const [interpreter = ''] = line.replace(/^[ \t]+/, '').split(/[ \t]/);
  if (!path.posix.isAbsolute(interpreter)) return 'ENOEXEC';
  const isExecutable = await access(hostPath(interpreter), constants.X_OK).then(
    () => true,
    () => false,
  );
  return isExecutable ? undefined : 'ENOENT';
}

function binaryRefusal(head: Buffer): ForkExecReason | undefined {
  if (head.length < 20 || head.readUInt32BE(0) !== 0x7f454c46) return 'ENOEXEC';
  const expected = ELF_MACHINES[process.arch];
  return expected === undefined || head.readUInt16LE(18) === expected ? undefined : 'ENOEXEC';
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(512);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
