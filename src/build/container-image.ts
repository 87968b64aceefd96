import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { existsSync } from '../system/files.js';
import { type CommandResult, runCommand } from '../system/run-command.js';

export interface ContainerImageRequest {
  readonly key: string;
  readonly projectFolder: string;
  readonly dockerfile: string;
  /** Default: the folder of the Dockerfile. */
  readonly context?: string | undefined;
  readonly target?: string | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  readonly architecture: 'x86_64' | 'arm64';
  /** What the image is called on this machine. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** Each line that the program writes. */
  readonly onLine?: (line: string) => void;
}

export interface ContainerImage {
  /** `docker` or `podman`. */
  readonly program: string;
  readonly name: string;
  /** Hexadecimal; the same for the same content. */
  readonly id: string;
}

const PROGRAMS = ['docker', 'podman'] as const;

/**
 * Builds a container image with docker or podman, whichever is there.
 * @throws LambdakitError `toolchain-missing`, `file-not-found`, `build-failed`
 */
export async function buildContainerImage(request: ContainerImageRequest): Promise<ContainerImage> {
  const dockerfile = path.resolve(request.projectFolder, request.dockerfile);
  if (!existsSync(dockerfile)) {
    throw new LambdakitError('file-not-found', `the Dockerfile of ${request.key} is not there: ${dockerfile}`, {
      hint: 'Set "code.dockerfile" to its path, relative to the project file.',
    });
  }
  const { name, signal, onLine } = request;
  const program = await findProgram(request.key, signal);
  const run = (args: readonly string[]): Promise<CommandResult> =>
    runCommand(program, args, {
      cwd: request.projectFolder,
      // Lambda takes a single image, not the index with attestations that BuildKit makes unless it is told.
      env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      signal,
      ...(onLine !== undefined && { onLine }),
    });
  refuseFailed(request.key, program, await run(buildArguments(request, dockerfile)));
  const inspected = await run(['image', 'inspect', '--format', '{{.Id}}', name]);
  refuseFailed(request.key, program, inspected);
  return { program, name, id: inspected.stdout.trim().replace(/^sha256:/, '') };
}

function buildArguments(request: ContainerImageRequest, dockerfile: string): readonly string[] {
  const { context, target, buildArgs = {}, architecture, name, projectFolder } = request;
  return [
    'build',
    '--platform',
    architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
    '--file',
    dockerfile,
    '--tag',
    name,
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    context === undefined ? path.dirname(dockerfile) : path.resolve(projectFolder, context),
  ];
}

export interface PushImageRequest {
  readonly key: string;
  readonly image: ContainerImage;
  /** Address in the registry, with tag. */
  readonly imageUri: string;
  readonly login: { readonly username: string; readonly password: string };
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Logs in at the registry and pushes an image there. @throws LambdakitError `build-failed` */
export async function pushContainerImage(request: PushImageRequest): Promise<void> {
  const { key, image, imageUri, login, signal, onLine } = request;
  const run = async (args: readonly string[], input?: string): Promise<void> =>
    refuseFailed(
      key,
      image.program,
      await runCommand(image.program, args, {
        signal,
        ...(input !== undefined && { input }),
        ...(onLine !== undefined && { onLine }),
      }),
    );
  const host = imageUri.slice(0, imageUri.indexOf('/'));
  // By its input: arguments are for everybody on the machine to read.
  await run(['login', '--username', login.username, '--password-stdin', host], login.password);
  await run(['tag', image.name, imageUri]);
  await run(['push', imageUri]);
}

async function findProgram(key: string, signal: AbortSignal): Promise<string> {
  for (const program of PROGRAMS) {
    const { isNotFound } = await runCommand(program, ['--version'], { signal });
    signal.throwIfAborted();
    if (!isNotFound) return program;
  }
  throw new LambdakitError(
    'toolchain-missing',
    `${key} is built of a Dockerfile, and neither docker nor podman is there.`,
    {
      hint: 'Install one of them, or push the image yourself and write its address as "code".',
      details: { program: PROGRAMS[0] },
    },
  );
}

const MAX_LINES = 20;

function refuseFailed(key: string, program: string, { exitCode, all, isCanceled }: CommandResult): void {
  if (exitCode === 0 || isCanceled) return;
  const tail = all.trimEnd().split('\n').slice(-MAX_LINES).join('\n');
  throw new LambdakitError('build-failed', `${program} failed for the image of ${key}:\n${tail}`, {
    hint: `Run it by hand to see more; "${program} info" tells whether its service is running.`,
    details: { program, exitCode },
  });
}
