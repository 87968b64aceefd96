import { type BuilderProgram, builderProgram } from '../../build/builder-programs.js';
import type { Project } from '../../config/load-project.js';
import { type ResolvedFunction, resolveFunction } from '../../config/resolve-function.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { inspectRuntime } from '../../local/index.js';
import { runShortCommand } from '../../system/run-short-command.js';
import { codePlace, isImage } from '../image-uri.js';
import type { Finding } from './finding.js';

/** A toolchain may download itself before it answers. */
const PATIENCE_MS = 30_000;

/** The interpreters that run the functions of a project here, and the programs that build them. */
export async function examineToolchains(project: Project): Promise<readonly Finding[]> {
  const settled = await Promise.all(project.functionKeys.map((key) => settle(project, key)));
  const functions = settled.flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]));
  const programs = functions.filter(({ config }) => !isImage(config.code));
  const runtimes = new Set(programs.flatMap(({ config }) => config.runtime ?? []));
  const builders = new Map(programs.flatMap((one) => toolsOf(one, project)).map((tool) => [tool.builder, tool]));
  const found = await Promise.all([
    ...[...runtimes].map(examineRuntime),
    ...[...builders.values()].map(examineBuilder),
  ]);
  return [...settled.flatMap(({ finding }) => finding ?? []), ...found];
}

async function settle(
  project: Project,
  key: string,
): Promise<{ readonly resolved?: ResolvedFunction; readonly finding?: Finding }> {
  try {
    return { resolved: await resolveFunction(project, key) };
  } catch (error) {
    if (!isLambdakitError(error)) throw error;
    return { finding: { subject: `function ${key}`, status: 'problem', text: error.message, hint: error.hint } };
  }
}

async function examineRuntime(runtime: string): Promise<Finding> {
  const { command, version, warning, problem } = await inspectRuntime(runtime);
  const subject = `runtime ${runtime}`;
  if (problem !== undefined) return { subject, status: 'problem', text: problem };
  if (warning !== undefined) return { subject, status: 'warning', text: warning };
  return {
    subject,
    status: 'ok',
    text: command === undefined ? 'the package brings its program' : `${command} (${version})`,
  };
}

function toolsOf({ key, config }: ResolvedFunction, project: Project): readonly BuilderProgram[] {
  const { runtime, handler, build } = config;
  const code = codePlace(key, config.code);
  const tool = builderProgram({ key, projectFolder: project.folder, code, runtime, handler, build });
  return tool === undefined ? [] : [tool];
}

async function examineBuilder({ builder, programs, question }: BuilderProgram): Promise<Finding> {
  const subject = `builder ${builder}`;
  for (const program of programs) {
    const { exitCode, all } = await runShortCommand(program, question, { timeoutMs: PATIENCE_MS });
    if (exitCode === 0)
      return { subject, status: 'ok', text: all.split('\n').find((line) => line.trim() !== '') ?? program };
  }
  return {
    subject,
    status: 'problem',
    text: `${programs.join(' or ')} is not on this machine`,
    hint: `Install ${programs[0]}, or package with --artifact what another machine has built.`,
  };
}
