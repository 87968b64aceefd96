import path from 'node:path';
import { listTemplates, type Template } from '../scaffold/list-templates.js';
import { type ScaffoldResult, scaffoldProject } from '../scaffold/scaffold-project.js';
import type { ProgressSink } from './progress.js';

export interface ScaffoldRequest {
  /** Folder from which `folder` is understood. */
  readonly workingFolder: string;
  readonly folder: string;
  readonly template?: string | undefined;
  readonly runtime?: string | undefined;
  readonly name?: string | undefined;
  readonly isForced: boolean;
  /** Installs the dependencies of the new project, so that it can be built at once. */
  readonly installs: boolean;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
}

/** What a new project consists of, and whether its dependencies are there. */
export interface ScaffoldOutcome extends ScaffoldResult {
  readonly isInstalled: boolean;
}

/** Writes a new project into a folder, and installs what it needs. */
export async function scaffold(request: ScaffoldRequest): Promise<ScaffoldOutcome> {
  const { workingFolder, folder, isForced, installs, progress, ...rest } = request;
  const result = await scaffoldProject({ ...rest, folder: path.resolve(workingFolder, folder), force: isForced });
  const needsInstall = result.nextSteps.includes(INSTALL);
  const isInstalled = needsInstall && installs && (await install(result, request));
  const nextSteps = isInstalled ? result.nextSteps.filter((step) => step !== INSTALL) : result.nextSteps;
  return { ...result, nextSteps, isInstalled };
}

const INSTALL = 'npm install';

/** A project without its dependencies is still a project: no network is a warning. */
async function install({ folder, name }: ScaffoldResult, { signal, progress }: ScaffoldRequest): Promise<boolean> {
  progress({ kind: 'started', subject: name, text: 'installing dependencies' });
  const startedAt = performance.now();
  const { runCommand } = await import('../system/run-command.js');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { exitCode, isNotFound, all } = await runCommand(
    npm,
    ['install', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, signal },
  );
  signal.throwIfAborted();
  if (exitCode === 0) {
    progress({
      kind: 'done',
      subject: name,
      text: 'dependencies installed',
      durationMs: performance.now() - startedAt,
    });
    return true;
  }
  const reason = isNotFound ? 'npm is not there' : (all.trim().split('\n')[0] ?? '');
  progress({ kind: 'warning', subject: name, text: `the dependencies could not be installed: ${reason}` });
  return false;
}

/** The templates that there are. */
export async function templates(): Promise<readonly Template[]> {
  return listTemplates();
}
