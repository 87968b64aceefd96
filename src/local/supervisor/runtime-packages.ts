import path from 'node:path';
import { existsSync, mkdir, readdir, realpath, symlink } from '../../system/files.js';

/** What Lambda's Node.js runtimes bring besides Node.js: the AWS SDK and what it is made of. */
const SCOPES = ['@aws-sdk', '@smithy', '@aws-crypto', '@aws'];

/** Where the namespace shows the folder with the packages themselves. */
export const PACKAGES_FOLDER = '/var/sdk/node_modules';

/**
 * Where it shows their names. From there both `require` and `import` find them, in /var/task as in /opt:
 * Node looks into the node_modules of every folder up to the root, and NODE_PATH counts for `require` alone.
 */
export const PACKAGE_NAMES_FOLDER = '/node_modules';

/** Packages of a project that stand for those of Lambda's runtime. */
export interface RuntimePackages {
  /** The node_modules folder that holds all of them. */
  readonly folder: string;
  /** Name in node_modules, and where that is below `folder`. */
  readonly links: readonly { readonly name: string; readonly target: string }[];
}

/**
 * The AWS SDK of the project in which the code lies, as Node would find it from there without a namespace.
 * Other packages of the project stay out of sight: they are not there on Lambda either.
 */
export async function findRuntimePackages(codeFolder: string): Promise<RuntimePackages | undefined> {
  const parent = path.dirname(codeFolder);
  if (parent === codeFolder) return undefined;
  const candidate = path.join(parent, 'node_modules');
  return existsSync(path.join(candidate, '@aws-sdk')) ? packagesOf(candidate) : findRuntimePackages(parent);
}

/** Fills a folder with the names of the packages, as links into PACKAGES_FOLDER. */
export async function linkRuntimePackages({ links }: RuntimePackages, folder: string): Promise<void> {
  await mkdir(folder);
  for (const { name, target } of links) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await symlink(path.posix.join(PACKAGES_FOLDER, target), path.join(folder, name));
  }
}

async function packagesOf(candidate: string): Promise<RuntimePackages | undefined> {
  const own = await realpath(candidate);
  const scopes = await Promise.all(SCOPES.map((scope) => membersOf(own, scope)));
  const members = scopes.flat();
  if (members.every(({ real }) => isWithin(real, own))) {
    const names = SCOPES.filter((_scope, index) => (scopes[index] ?? []).length > 0);
    return { folder: own, links: names.map((name) => ({ name, target: name })) };
  }
  // Package managers that link (pnpm in a workspace) keep the packages in the node_modules of another folder.
  const store = storeOf(members[0]?.real ?? own);
  const links = members
    .filter(({ real }) => isWithin(real, store))
    .map(({ name, real }) => ({ name, target: path.relative(store, real) }));
  return links.length === 0 ? undefined : { folder: store, links };
}

async function membersOf(nodeModules: string, scope: string): Promise<readonly { name: string; real: string }[]> {
  const names = await readdir(path.join(nodeModules, scope)).catch(() => []);
  const found = names.map(async (name) => ({
    name: `${scope}/${name}`,
    // A link that leads nowhere is a package that is not there.
    real: await realpath(path.join(nodeModules, scope, name)).catch(() => ''),
  }));
  return (await Promise.all(found)).filter(({ real }) => real !== '');
}

function isWithin(file: string, folder: string): boolean {
  return file.startsWith(folder + path.sep);
}

/** The outermost node_modules on the way to a package. */
function storeOf(packageFolder: string): string {
  const parts = packageFolder.split(path.sep);
  return parts.slice(0, parts.indexOf('node_modules') + 1).join(path.sep);
}
