import path from 'node:path';
import { cp, existsSync, mkdir, rm, writeFile } from '../system/files.js';
import { hostPlatform } from '../system/host.js';
import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { copyIncludedFiles } from './included-files.js';
import { runToolchain } from './run-toolchain.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Compiles a Java project with its Maven or Gradle build (by its wrapper where there is one) into what
 * Lambda's class path expects: classes and resources at the root, dependencies in `lib`.
 */
export function buildWithJava(context: BuilderContext): Promise<BuilderOutcome> {
  const { codeFolder, outputFolder, request } = context;
  const isMaven = existsSync(path.join(codeFolder, 'pom.xml'));
  const manifests = ['pom.xml', 'settings.gradle', 'settings.gradle.kts', 'build.gradle', 'build.gradle.kts'];
  return buildUnlessSame(context, { manifests, outputFolders: ['target', 'build', '.gradle'] }, () =>
    replaceFolder(outputFolder, async (staging) => {
      await (isMaven ? buildWithMaven(context, staging) : buildWithGradle(context, staging));
      await copyIncludedFiles(codeFolder, staging, request.include);
      return {};
    }),
  );
}

async function buildWithMaven(context: BuilderContext, staging: string): Promise<void> {
  const { codeFolder, options } = context;
  const lib = path.join(staging, 'lib');
  const copyJars = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`];
  await runToolchain(context, wrapper(codeFolder, 'mvn'), [
    '-q',
    '-B',
    'compile',
    ...copyJars,
    ...(options.args ?? []),
  ]);
  await mkdir(lib, { recursive: true });
  await cp(path.join(codeFolder, 'target', 'classes'), staging, { recursive: true });
}

/** A task of ours beside the project's own, which need not be changed for it. Gradle has had `create` from the start, `register` since 4.9. */
const GRADLE_TASK = `
allprojects {
  afterEvaluate { project ->
    if (project.plugins.hasPlugin('java') && project == project.rootProject) {
      project.tasks.create('lambdakitBundle', Copy) {
        from project.sourceSets.main.output
        into project.gradle.startParameter.projectProperties.lambdakitOutput
        into('lib') { from project.configurations.runtimeClasspath }
      }
    }
  }
}
`;

async function buildWithGradle(context: BuilderContext, staging: string): Promise<void> {
  const script = `${staging}.gradle`;
  await writeFile(script, GRADLE_TASK);
  try {
    // Not in the environment: a daemon of Gradle may keep that of an earlier build.
    const output = `-PlambdakitOutput=${staging}`;
    const args = ['-q', '--init-script', script, output, 'lambdakitBundle', ...(context.options.args ?? [])];
    await runToolchain(context, wrapper(context.codeFolder, 'gradle'), args);
  } finally {
    await rm(script, { force: true });
  }
}

function wrapper(codeFolder: string, program: 'mvn' | 'gradle'): string {
  const name = `${program}w${hostPlatform() !== 'win32' ? '' : program === 'mvn' ? '.cmd' : '.bat'}`;
  const file = path.join(codeFolder, name);
  return existsSync(file) ? file : program;
}
