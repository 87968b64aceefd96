import type { LambdaDoor } from '../aws/lambda-calls.js';
import type { Project, ProjectFlags } from '../config/load-project.js';
import { workingFolder } from '../system/environment-variables.js';
import type { GlobalFlagValues } from './global-flags.js';
import { type Closer, openLambdaDoor, openNeighbourDoors, type Place, placeOf } from './open-doors.js';
import type { ProcessFlagValues } from './process-flags.js';
import { createProgressReport } from './progress-report.js';
import type { Session } from './session.js';

/**
 * The composition root: opens a session. With `open-doors.ts` the only place that knows whether the Lambda
 * API is Amazon's or the local one. `dispose` closes what was opened, in reverse order.
 */
export async function openSession(
  flags: GlobalFlagValues,
  signal: AbortSignal,
  processFlags?: ProcessFlagValues,
): Promise<Session> {
  const folder = workingFolder();
  const report = await createProgressReport({ isQuiet: flags.quiet, isVerbose: flags.verbose });
  const closers: Closer[] = [];
  let project: Promise<Project> | undefined;
  let door: Promise<LambdaDoor> | undefined;
  let here: Promise<Place> | undefined;
  let beside: ReturnType<typeof openNeighbourDoors> | undefined;
  const place = (): Promise<Place> => {
    here ??= placeOf(session, closers);
    return here;
  };
  const neighbours = (): ReturnType<typeof openNeighbourDoors> => {
    beside ??= place().then((at) => openNeighbourDoors(session, at, closers));
    return beside;
  };
  const session: Session = {
    flags,
    workingFolder: folder,
    localProcesses:
      processFlags === undefined
        ? undefined
        : async () => (await import('./process-flags.js')).processOptions(processFlags, session),
    signal,
    progress: report.sink,
    project: (functionFlags) => {
      project ??= openProject(flags, { folder, signal, functionFlags, neighbours });
      return project;
    },
    lambda: async () => {
      door ??= place().then(async (at) => {
        const opened = await openLambdaDoor(session, at, signal);
        closers.push(() => opened.dispose());
        return opened;
      });
      return (await door).calls;
    },
    lambdaUntil: async (end) => {
      const opened = await openLambdaDoor(session, await place(), end);
      closers.push(() => opened.dispose());
      return opened.calls;
    },
    neighbours,
    quieten: () => report.dispose(),
    forgetPlace: () => {
      door = undefined;
      here = undefined;
      beside = undefined;
    },
    note: (text) => {
      report.dispose();
      process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    dispose: async () => {
      report.dispose();
      for (const close of closers.reverse()) await close();
    },
  };
  return session;
}

interface OpenProjectOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly functionFlags: ProjectFlags['function'];
  readonly neighbours: () => ReturnType<typeof openNeighbourDoors>;
}

async function openProject(
  flags: GlobalFlagValues,
  { folder, signal, functionFlags, neighbours }: OpenProjectOptions,
): Promise<Project> {
  const { loadProject } = await import('../config/load-project.js');
  let isLoaded = false;
  const project = await loadProject({
    folder,
    configFile: flags.config,
    stage: flags.stage,
    signal,
    flags: { region: flags.region, profile: flags.profile, function: functionFlags },
    resolveRemote: async (kind, name) => {
      // Region and profile say where to ask, so they cannot be asked for; and the local service has neither store.
      if (!isLoaded || flags.local) return undefined;
      const { createRemoteResolver } = await import('../aws/resolve-remote.js');
      const { remote } = await neighbours();
      return createRemoteResolver(remote)(kind, name);
    },
  });
  isLoaded = true;
  return project;
}
