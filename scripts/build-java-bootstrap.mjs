/**
 * Compiles the start program of the Java runtimes for Java 8 and later into one jar. The jar is kept by
 * the hash of the sources, because a compiler run takes longer than all the rest of the build.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

const SOURCES = 'src/local/bootstrap/java';
const CACHE = 'node_modules/.cache/lambdakit';

/** Writes `<folder>/runtime.jar`; without a JDK it says so and writes nothing. */
export async function buildJavaBootstrap(folder) {
  const files = (await Array.fromAsync(glob(`${SOURCES}/**/*.java`))).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(file));
  const cached = path.join(CACHE, `java-bootstrap-${hash.digest('hex').slice(0, 16)}.jar`);
  if (!existsSync(cached) && !(await compile(files, cached))) return;
  await mkdir(folder, { recursive: true });
  await cp(cached, path.join(folder, 'runtime.jar'));
}

async function compile(files, jar) {
  const work = `${jar}.${process.pid}`;
  try {
    await mkdir(work, { recursive: true });
    // Java 8 is the oldest runtime that Lambda still runs (java8.al2).
    execFileSync('javac', ['--release', '8', '-Xlint:-options', '-d', work, ...files]);
    execFileSync('jar', ['cf', `${work}.jar`, '-C', work, '.']);
    await rename(`${work}.jar`, jar);
    return true;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    process.stderr.write('build: no JDK found, so this build cannot run Java functions locally\n');
    return false;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
