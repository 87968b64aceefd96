import path from 'node:path';
import { readdir, stat } from '../../system/files.js';
import type { FilesystemView } from './filesystem-view.js';

/** AWS's own runtime client for Java; a project may bring it, as it must for a container image. */
const CLIENT_CLASS = 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda';
const CLIENT_JAR = /^aws-lambda-java-runtime-interface-client-.*\.jar$/;

export interface JavaCommandRequest {
  readonly memorySizeMb: number;
  readonly handler: string;
  readonly view: FilesystemView;
  readonly debugArguments: readonly string[];
  /** Turns a path of the view into one of this machine. */
  hostPath(pathInView: string): string;
}

/** The arguments of `java`: our start program, or the runtime client that the deployment package brings along. */
export async function javaArguments(request: JavaCommandRequest): Promise<readonly string[]> {
  const { memorySizeMb, handler, view, debugArguments } = request;
  const machine = [...debugArguments, ...machineArguments(memorySizeMb), '-cp'];
  if (!(await bringsClient(request))) {
    return [...machine, path.join(view.runtime, 'runtime.jar'), 'lambdakit.runtime.Main', view.opt];
  }
  const classPath = [view.task, path.join(view.task, 'lib', '*'), path.join(view.opt, 'java', 'lib', '*')];
  return [...machine, classPath.join(path.delimiter), CLIENT_CLASS, handler];
}

/** As AWS starts it: 85 % of the memory for the heap, one collector thread, the quick compiler; and no file in /tmp. */
function machineArguments(memorySizeMb: number): readonly string[] {
  return [
    `-XX:MaxHeapSize=${Math.floor(memorySizeMb * 0.85)}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:-UsePerfData',
  ];
}

/** As a jar in `lib`, or unpacked, which is what a shaded jar becomes. */
async function bringsClient({ view, hostPath }: JavaCommandRequest): Promise<boolean> {
  // Its native library is there for Linux only.
  if (process.platform !== 'linux') return false;
  const classFile = path.join(hostPath(view.task), `${CLIENT_CLASS.replaceAll('.', '/')}.class`);
  const [jars, unpacked] = await Promise.all([
    readdir(path.join(hostPath(view.task), 'lib')).catch(() => []),
    stat(classFile).catch(() => undefined),
  ]);
  return unpacked !== undefined || jars.some((name) => CLIENT_JAR.test(name));
}
