import path from 'node:path';
import { existsSync } from '../system/files.js';
import type { BuilderName, BuildRequest } from './build-request.js';
import { chooseBuilder } from './choose-builder.js';

/** What one builder starts. */
export interface BuilderProgram {
  readonly builder: BuilderName;
  /** One of these must be there. */
  readonly programs: readonly string[];
  /** Makes the program say its version. */
  readonly question: readonly string[];
}

const PROGRAMS: Readonly<Partial<Record<BuilderName, Omit<BuilderProgram, 'builder'>>>> = {
  python: { programs: ['uv', 'pip3', 'pip'], question: ['--version'] },
  go: { programs: ['go'], question: ['version'] },
  rust: { programs: ['cargo'], question: ['--version'] },
  dotnet: { programs: ['dotnet'], question: ['--version'] },
  ruby: { programs: ['bundle'], question: ['--version'] },
  make: { programs: ['make'], question: ['--version'] },
};

/** What building a function needs on this machine; undefined where nothing is started that does not come with us. */
export function builderProgram(request: BuildRequest): BuilderProgram | undefined {
  const folder = path.resolve(request.projectFolder, request.code);
  if (!existsSync(folder) || path.extname(folder) !== '') return undefined;
  const builder = chooseBuilder(request, folder);
  if (builder === 'java') return { builder, programs: javaPrograms(folder), question: ['--version'] };
  const found = PROGRAMS[builder];
  return found === undefined ? undefined : { builder, ...found };
}

/** The wrapper that a project brings needs nothing but the folder it lies in. */
function javaPrograms(folder: string): readonly string[] {
  const isMaven = existsSync(path.join(folder, 'pom.xml'));
  const wrapper = path.join(folder, isMaven ? 'mvnw' : 'gradlew');
  return [...(existsSync(wrapper) ? [wrapper] : []), isMaven ? 'mvn' : 'gradle'];
}
