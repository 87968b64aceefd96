import path from 'node:path';
import {
  askVersion,
  describeInterpreter,
  findInVersionFolders,
  findOnPath,
  type Interpreter,
  type SearchPlaces,
  startsVersion,
} from './interpreter-search.js';

export interface NodeSearch extends SearchPlaces {
  /** Fetches `node@<major>` from the npm registry; absent when the user does not allow it. Undefined when it failed. */
  readonly download?: (major: string) => Promise<string | undefined>;
}

/**
 * The Node.js that runs a `nodejs<major>.x` function: our own when it fits, one of the installed ones, a
 * downloaded one, and at last our own with a warning.
 */
export async function findNode(runtime: string, search: NodeSearch): Promise<Interpreter> {
  const major = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
  if (startsVersion(process.versions.node, major)) return describeInterpreter(process.execPath, process.versions.node);
  for (const command of await installedNodes(major, search)) {
    const version = await askVersion(command, '--version', /^v(\d+\.\d+\.\d+)/m);
    if (version !== undefined && startsVersion(version, major)) return describeInterpreter(command, version);
  }
  const downloaded = await search.download?.(major);
  if (downloaded !== undefined) {
    const version = await askVersion(downloaded, '--version', /^v(\d+\.\d+\.\d+)/m);
    if (version !== undefined) return describeInterpreter(downloaded, version);
  }
  const own = await describeInterpreter(process.execPath, process.versions.node);
  return {
    ...own,
    warning: `${runtime}: no Node.js ${major} found on this machine, running with Node.js ${process.versions.node}. Install Node.js ${major} (nvm, fnm or volta will do) to run the same version as AWS.`,
  };
}

async function installedNodes(major: string, search: NodeSearch): Promise<readonly string[]> {
  const { homeFolder: home, variables } = search;
  const inBin = path.join('bin', 'node');
  const groups = await Promise.all([
    findOnPath([`node${major}`, `node-${major}`, `nodejs${major}`], search),
    findInVersionFolders(
      [
        path.join(variables.NVM_DIR ?? path.join(home, '.nvm'), 'versions', 'node'),
        path.join(home, '.volta', 'tools', 'image', 'node'),
        path.join(home, '.asdf', 'installs', 'nodejs'),
        path.join(home, '.local', 'share', 'mise', 'installs', 'node'),
        path.join(variables.N_PREFIX ?? '/usr/local', 'n', 'versions', 'node'),
      ],
      major,
      inBin,
    ),
    findInVersionFolders(
      [
        ...(variables.FNM_DIR === undefined ? [] : [path.join(variables.FNM_DIR, 'node-versions')]),
        path.join(home, '.local', 'share', 'fnm', 'node-versions'),
        path.join(home, 'Library', 'Application Support', 'fnm', 'node-versions'),
      ],
      major,
      path.join('installation', inBin),
    ),
    findInVersionFolders(['/opt/homebrew/opt', '/usr/local/opt', '/opt'], major, inBin),
    findOnPath(['node'], search),
  ]);
  return groups.flat();
}
