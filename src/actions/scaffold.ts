import path from 'node:path';
import { listTemplates, type Template } from '../scaffold/list-templates.js';
import { type ScaffoldResult, scaffoldProject } from '../scaffold/scaffold-project.js';

export interface ScaffoldRequest {
  /** Folder from which `folder` is understood. */
  readonly workingFolder: string;
  readonly folder: string;
  readonly template?: string | undefined;
  readonly runtime?: string | undefined;
  readonly name?: string | undefined;
  readonly isForced: boolean;
  readonly signal: AbortSignal;
}

/** Writes a new project into a folder. */
export async function scaffold({ workingFolder, folder, isForced, ...rest }: ScaffoldRequest): Promise<ScaffoldResult> {
  return scaffoldProject({ ...rest, folder: path.resolve(workingFolder, folder), force: isForced });
}

/** The templates that there are. */
export async function templates(): Promise<readonly Template[]> {
  return listTemplates();
}
