import path from 'node:path';
import type { Project } from './load-project.js';
import { hasReference, referencesOf } from './reference.js';
import { isMapping } from './value-path.js';

/** The files that `${file:…}` of a project file names, absolute and each once, also those that are not there. */
export function fileReferences({ folder, document }: Pick<Project, 'folder' | 'document'>): readonly string[] {
  const names = textsOf(document?.data)
    .flatMap(referencesOf)
    .filter(({ kind }) => kind === 'file')
    .map(({ name }) => path.resolve(folder, name));
  return [...new Set(names)];
}

function textsOf(value: unknown): readonly string[] {
  if (hasReference(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isMapping(value) ? Object.values(value).flatMap(textsOf) : [];
}
