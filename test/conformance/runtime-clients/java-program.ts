import { type InstalledClient, installClient } from './client-cache.js';

export interface JavaProgramRecipe {
  /** Name and version; with the fixture's content the key of the cache. */
  readonly name: string;
  /** Folder below test/fixtures/runtime-clients with a pom.xml that names the jars. */
  readonly fixture: string;
  /** The one source file, in that folder. */
  readonly source: string;
  /** Folder for the classes, in that folder; default `classes`. */
  readonly classes?: string;
}

/** Installs a Java program: its jars, fetched by Maven, in the folder `lib`, and its classes, compiled against them. */
export function installJavaProgram(recipe: JavaProgramRecipe): Promise<InstalledClient> {
  const { name, fixture, source, classes = 'classes' } = recipe;
  return installClient({
    name,
    fixture,
    steps: [
      ['mvn', '--batch-mode', '--quiet', 'dependency:copy-dependencies', '-DoutputDirectory=lib'],
      ['javac', '-cp', 'lib/*', '-d', classes, source],
    ],
  });
}
