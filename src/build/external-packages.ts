import path from 'node:path';
import { constants, cp, existsSync, mkdir, readFileSync, realpath } from '../system/files.js';
import type { BuilderContext } from './build-request.js';

/** What of a package.json counts here. */
interface PackageFacts {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** A package that has to be copied, and who asks for it. */
interface Wanted {
  readonly name: string;
  /** The real folder of the package that needs it, where the search begins. */
  readonly from: string;
  /** Where that package stands in the package. */
  readonly fromTarget: string;
}

/**
 * Puts the packages that the bundle leaves out (`build.external`) beside it, with all that they depend on,
 * as far as they are installed in the project. Not those that the project only develops with
 * (`devDependencies`): these come from the runtime or a layer.
 * @returns warnings, for packages that are not made for Lambda's system
 */
export async function copyExternalPackages(context: BuilderContext, staging: string): Promise<readonly string[]> {
  const { codeFolder, options, request } = context;
  const developed = developedWith(codeFolder);
  const names = new Set((options.external ?? []).map(packageName).filter((name) => name !== undefined));
  const queue: Wanted[] = [...names]
    .filter((name) => !developed.has(name))
    .map((name) => ({ name, from: codeFolder, fromTarget: staging }));
  const placed = new Map<string, string>();
  const warnings: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const found = findPackage(next.name, next.from);
    if (found === undefined) continue;
    const real = await realpath(found);
    if (visibleFrom(next, placed, staging) === real) continue;
    const target = placeFor(next, placed, staging);
    placed.set(target, real);
    const facts = readFacts(real);
    const fault = misfit(facts, request.architecture ?? 'x86_64');
    if (fault !== undefined) warnings.push(`${next.name} is installed for ${fault}, which Lambda is not`);
    await copyPackage(real, target);
    queue.push(...dependenciesOf(facts).map((name) => ({ name, from: real, fromTarget: target })));
  }
  return warnings;
}

/** `sharp/lib/x` is of the package sharp; patterns, paths and Node's own modules are of none. */
function packageName(external: string): string | undefined {
  if (/^[./]|[*:]/.test(external)) return undefined;
  const parts = external.split('/');
  return external.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** The packages of the nearest package.json that are for development alone. */
function developedWith(folder: string): ReadonlySet<string> {
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) {
    const { dependencies = {}, devDependencies = {} } = readFacts(folder);
    return new Set(Object.keys(devDependencies).filter((name) => !(name in dependencies)));
  }
  const parent = path.dirname(folder);
  return parent === folder ? new Set() : developedWith(parent);
}

function readFacts(folder: string): PackageFacts {
  const file = path.join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** As Node looks for packages: in the node_modules of every folder up to the root. */
function findPackage(name: string, from: string): string | undefined {
  const candidate = path.join(from, 'node_modules', name);
  if (path.basename(from) !== 'node_modules' && existsSync(candidate)) return candidate;
  const parent = path.dirname(from);
  return parent === from ? undefined : findPackage(name, parent);
}

/** What Node would find from the place of the asking package, among those that are placed already. */
function visibleFrom({ name, fromTarget }: Wanted, placed: ReadonlyMap<string, string>, staging: string) {
  for (let folder = fromTarget; ; folder = path.dirname(folder)) {
    const real = placed.get(path.join(folder, 'node_modules', name));
    if (real !== undefined || folder === staging) return real;
  }
}

/** At the root where that is free for the name and nothing stands before it; else inside the asking package. */
function placeFor(wanted: Wanted, placed: ReadonlyMap<string, string>, staging: string): string {
  const isFree = visibleFrom(wanted, placed, staging) === undefined;
  return path.join(isFree ? staging : wanted.fromTarget, 'node_modules', wanted.name);
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies }: PackageFacts): readonly string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

async function copyPackage(real: string, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  await cp(real, target, {
    recursive: true,
    dereference: true,
    mode: constants.COPYFILE_FICLONE,
    // What is installed inside the package is found and placed by itself.
    filter: (file) => path.basename(file) !== 'node_modules' || file === real,
  });
}

/** The systems that a package says it is for, where Lambda's is not among them (npm documentation, package.json). */
function misfit({ os, cpu }: PackageFacts, architecture: 'x86_64' | 'arm64'): string | undefined {
  const machine = architecture === 'arm64' ? 'arm64' : 'x64';
  const takes = (list: readonly string[] | undefined, own: string) =>
    list === undefined ||
    list.includes(own) ||
    (list.every((entry) => entry.startsWith('!')) && !list.includes(`!${own}`));
  return takes(os, 'linux') && takes(cpu, machine) ? undefined : [...(os ?? []), ...(cpu ?? [])].join(' ');
}
