import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { existsSync } from '../system/files.js';
import { hostArchitecture, hostPlatform } from '../system/host.js';
import { runCommand } from '../system/run-command.js';
import type { BuilderContext } from './build-request.js';

/** How a Rust program is compiled. */
export interface RustTarget {
  /** What is given to `--target`; undefined for the machine's own. */
  readonly triple: string | undefined;
  readonly builder: CargoBuilder;
  readonly warnings: readonly string[];
}

interface CargoBuilder {
  /** The subcommand of cargo. */
  readonly command: readonly string[];
  /** Where the program is then, below the target folder. */
  programAt(triple: string | undefined, name: string): string;
}

const CARGO: CargoBuilder = {
  command: ['build'],
  // The version of the C library is none of the folder's name.
  programAt: (triple, name) => path.join(triple?.replace(/\.\d+\.\d+$/, '') ?? '', 'release', name),
};

/** Subcommands that bring a linker for every system (zig's), in the order in which they are taken. */
const CROSS_BUILDERS: readonly CargoBuilder[] = [
  { ...CARGO, command: ['zigbuild'] },
  { command: ['lambda', 'build'], programAt: (_, name) => path.join('lambda', name, 'bootstrap') },
];

/** The C libraries of Amazon Linux 2 and 2023 (AL2023 user guide, "Comparing AL2 and AL2023"). */
const GLIBC = { al2: '2.26', al2023: '2.34' } as const;

/**
 * Which target: the one that is asked for, else one that runs on any Linux (musl) where it is installed, else that of
 * the runtime's own C library where cargo-zigbuild or cargo-lambda can link for it, else the machine's own when that is
 * a Linux of the right architecture.
 * @throws LambdakitError `toolchain-missing`
 */
export async function chooseRustTarget({ options, request }: BuilderContext): Promise<RustTarget> {
  if (options.target !== undefined) return { triple: options.target, builder: CARGO, warnings: [] };
  const isForeign = hostPlatform() !== 'linux' || hostArchitecture() !== (request.architecture ?? 'x86_64');
  const machine = request.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  const [musl, gnu] = [`${machine}-unknown-linux-musl`, `${machine}-unknown-linux-gnu`];
  if (await isTargetInstalled(musl)) {
    const cross = isForeign ? await findCrossBuilder() : undefined;
    return { triple: musl, builder: cross ?? CARGO, warnings: [] };
  }
  const cross = (await isTargetInstalled(gnu)) ? await findCrossBuilder() : undefined;
  if (cross !== undefined) {
    const glibc = request.runtime === 'provided.al2' ? GLIBC.al2 : GLIBC.al2023;
    return { triple: `${gnu}.${glibc}`, builder: cross, warnings: [] };
  }
  if (!isForeign) {
    const warning = `built with this machine's C library: if it is newer than the runtime's, the program will not start there; rustup target add ${musl}, or cargo-zigbuild, avoids that`;
    return { triple: undefined, builder: CARGO, warnings: [warning] };
  }
  throw new LambdakitError(
    'toolchain-missing',
    `${request.key} needs the Rust target ${musl}, which is not installed`,
    {
      hint: `rustup target add ${musl}`,
      details: { program: 'cargo', target: musl },
    },
  );
}

async function isTargetInstalled(triple: string): Promise<boolean> {
  const folder = await runCommand('rustc', ['--print', 'target-libdir', '--target', triple]);
  return folder.exitCode === 0 && existsSync(folder.stdout.trim());
}

async function findCrossBuilder(): Promise<CargoBuilder | undefined> {
  for (const builder of CROSS_BUILDERS) {
    const { exitCode } = await runCommand('cargo', [...builder.command, '--help']);
    if (exitCode === 0) return builder;
  }
  return undefined;
}
