import path from 'node:path';
import {
  absolutePathOf,
  followedKind,
  readlinkSync,
  realpathSync,
  stampOf,
  type WalkedFile,
  walkFiles,
} from '../system/walk-files.js';
import type { PackageProblem } from './package-problem.js';

export interface SelectedLink {
  readonly file: WalkedFile;
  readonly target: string;
}

export interface ResolvedLinks {
  /** Files and folders, those that a followed link leads to included. */
  readonly files: readonly WalkedFile[];
  readonly links: readonly SelectedLink[];
}

/**
 * Decides on every link of a tree: a link inside the folder stays a link (trees of pnpm need that) or,
 * when links are followed, becomes a copy; one that leads out, nowhere, or to something that stays out
 * of the package is a problem. Pipes, sockets and devices are problems too.
 */
export function resolveLinks(
  folder: string,
  walked: readonly WalkedFile[],
  follow: boolean,
  problems: PackageProblem[],
): ResolvedLinks {
  const root = realpathSync(folder);
  const files: WalkedFile[] = [];
  const links: SelectedLink[] = [];
  const found = walked.filter(({ kind }) => kind === 'link');
  const names = found.length === 0 ? undefined : namesWithFolders(walked);
  for (const file of walked) {
    if (file.kind === 'other') problems.push({ name: file.name, reason: 'special-file' });
    else if (file.kind !== 'link') files.push(file);
    else if (follow) files.push(...copyTarget(root, file, [], problems));
    else links.push(...keepLink(root, file, names ?? new Set(), problems));
  }
  return { files, links };
}

function namesWithFolders(walked: readonly WalkedFile[]): ReadonlySet<string> {
  const names = new Set<string>(['']);
  for (const { name } of walked) {
    for (let part = name; part !== '.' && !names.has(part); part = path.posix.dirname(part)) names.add(part);
  }
  return names;
}

function keepLink(
  root: string,
  file: WalkedFile,
  names: ReadonlySet<string>,
  problems: PackageProblem[],
): SelectedLink[] {
  const resolved = resolveInside(root, file, problems);
  if (resolved === undefined) return [];
  const inside = path.relative(root, resolved.realPath).split(path.sep).join('/');
  if (!names.has(inside)) {
    problems.push({ name: file.name, reason: 'link-to-excluded', other: resolved.target });
    return [];
  }
  const target = resolved.target.split(path.sep).join('/');
  return [{ file, target }];
}

/** The files behind a link, under the link's own name; `above` are the folders that are being copied already. */
function copyTarget(
  root: string,
  file: WalkedFile,
  above: readonly string[],
  problems: PackageProblem[],
): WalkedFile[] {
  const resolved = resolveInside(root, file, problems);
  if (resolved === undefined) return [];
  const { realPath, target } = resolved;
  const isLoop = [path.dirname(absolutePathOf(file)), ...above].some((folder) =>
    isWithin(realPath, realpathSync(folder)),
  );
  if (resolved.kind === 'folder' && isLoop) {
    problems.push({ name: file.name, reason: 'link-loop', other: target });
    return [];
  }
  if (resolved.kind === 'file') {
    const place = path.basename(realPath);
    return [{ ...file, kind: 'file', root: path.dirname(realPath), place, ...stampOf(realPath) }];
  }
  const copied: WalkedFile[] = [{ ...file, kind: 'folder' }];
  walkFiles(realPath, {
    wants: () => true,
    onFile: (inner) => {
      const renamed = { ...inner, name: `${file.name}/${inner.name}` };
      if (inner.kind === 'other') problems.push({ name: renamed.name, reason: 'special-file' });
      else if (inner.kind === 'link') copied.push(...copyTarget(root, renamed, [...above, realPath], problems));
      else copied.push(renamed);
    },
    onProblem: (name, reason) => problems.push({ name: `${file.name}/${name}`, reason }),
  });
  return copied;
}

interface ResolvedTarget {
  readonly target: string;
  readonly realPath: string;
  readonly kind: 'file' | 'folder';
}

function resolveInside(root: string, file: WalkedFile, problems: PackageProblem[]): ResolvedTarget | undefined {
  const location = absolutePathOf(file);
  const target = readlinkSync(location);
  const report = (reason: PackageProblem['reason']) => {
    problems.push({ name: file.name, reason, other: target });
    return undefined;
  };
  if (path.isAbsolute(target)) return report('absolute-link');
  const written = path.posix.join(path.posix.dirname(file.name), target.split(path.sep).join('/'));
  if (written === '..' || written.startsWith('../')) return report('link-leaves-folder');
  const kind = followed(location);
  if (kind === 'loop') return report('link-loop');
  if (kind === undefined) return report('broken-link');
  const realPath = realpathSync(location);
  if (!isWithin(root, realPath)) return report('link-leaves-folder');
  if (kind === 'other') return report('special-file');
  return { target, realPath, kind };
}

function followed(file: string) {
  try {
    return followedKind(file);
  } catch {
    // ELOOP: links that lead in a circle.
    return 'loop';
  }
}

/** True when `inner` is `outer` or below it. */
function isWithin(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
