import path from 'node:path';
import { existsSync, readFileSync } from '../system/files.js';
import { readdirSync } from '../system/walk-files.js';
import type { BuilderName, BuildRequest } from './build-request.js';
import { findHandlerFile } from './handler-file.js';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx', '.jsx']);

/**
 * The builder that a function asks for, or else the one that its runtime and the files of its source
 * folder call for. `none` packages the folder as it is.
 */
export function chooseBuilder(request: BuildRequest, codeFolder: string): BuilderName {
  const { build, runtime = '' } = request;
  if (build?.builder !== undefined) return build.builder;
  if (build?.command !== undefined) return 'command';
  const has = (name: string) => existsSync(path.join(codeFolder, name));
  const family = runtime.replace(/[\d.].*$/, '');
  switch (family) {
    case 'nodejs':
      return needsBundling(request, codeFolder) ? 'esbuild' : 'none';
    case 'python':
      return ['requirements.txt', 'pyproject.toml', 'uv.lock'].some(has) ? 'python' : 'none';
    case 'java':
      return ['pom.xml', 'build.gradle', 'build.gradle.kts'].some(has) ? 'java' : 'none';
    case 'ruby':
      return has('Gemfile') ? 'ruby' : 'none';
    case 'dotnet':
    case 'dotnetcore':
      return hasProjectFile(codeFolder) ? 'dotnet' : 'none';
    default:
      return chooseCompiled(has, codeFolder);
  }
}

/** TypeScript always; JavaScript when it has dependencies, or when the project file says how to bundle. */
function needsBundling(request: BuildRequest, codeFolder: string): boolean {
  if (request.build?.entry !== undefined) return true;
  const file = findHandlerFile(codeFolder, request.handler);
  if (file === undefined) return false;
  if (TYPESCRIPT.has(path.extname(file)) || request.build !== undefined) return true;
  return hasDependencies(path.join(codeFolder, 'package.json'));
}

function hasDependencies(packageFile: string): boolean {
  if (!existsSync(packageFile)) return false;
  try {
    const { dependencies } = JSON.parse(readFileSync(packageFile, 'utf8'));
    return Object.keys(dependencies ?? {}).length > 0;
  } catch {
    // esbuild reports a package.json that does not parse, with the place of the fault.
    return true;
  }
}

/** `provided.*`, and functions whose runtime is not said. */
function chooseCompiled(has: (name: string) => boolean, codeFolder: string): BuilderName {
  if (has('go.mod')) return 'go';
  if (has('Cargo.toml')) return 'rust';
  if (hasProjectFile(codeFolder)) return 'dotnet';
  return has('Makefile') && !has('bootstrap') ? 'make' : 'none';
}

function hasProjectFile(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => /\.(cs|fs|vb)proj$/.test(name));
}
