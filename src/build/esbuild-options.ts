import path from 'node:path';
import type { BuildOptions as EsbuildOptions, Loader } from 'esbuild';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { existsSync, readFileSync } from '../system/files.js';
import type { BuilderContext } from './build-request.js';
import { findHandlerFile, handlerFileNames } from './handler-file.js';

/** Packages that are CommonJS inside call `require`, which an ES module does not have. */
const REQUIRE_IN_ESM =
  "import { createRequire as lambdakitCreateRequire } from 'node:module';\nconst require = lambdakitCreateRequire(import.meta.url);";

/**
 * The options of esbuild for a function. The output is named as if it stood in the source folder: source
 * maps are then the same wherever the build folder is, and lead to the source beside the code in Lambda.
 * @throws LambdakitError `file-not-found` when the handler's file is not there, `invalid-input` without a handler.
 */
export function esbuildOptions(context: BuilderContext): EsbuildOptions {
  const { codeFolder, options, request } = context;
  const entryPoints = entriesOf(context);
  const format = options.format ?? formatOf(codeFolder, entryPoints);
  const banner = [
    ...(format === 'esm' ? [REQUIRE_IN_ESM] : []),
    ...(options.banner === undefined ? [] : [options.banner]),
  ];
  return {
    absWorkingDir: codeFolder,
    entryPoints: [...entryPoints],
    outbase: codeFolder,
    outdir: codeFolder,
    // Nothing is written there: the caller puts the outputs elsewhere.
    allowOverwrite: true,
    outExtension: { '.js': format === 'esm' ? '.mjs' : '.js' },
    bundle: true,
    platform: 'node',
    format,
    target: options.target ?? nodeTarget(request.runtime),
    treeShaking: true,
    minify: options.minify ?? false,
    keepNames: options.keepNames ?? false,
    mainFields: format === 'esm' ? ['module', 'main'] : ['main', 'module'],
    external: [...runtimePackages(request.runtime, options.bundleAwsSdk), ...(options.external ?? [])],
    ...(options.sourcemap !== 'none' && { sourcemap: options.sourcemap ?? 'linked', sourcesContent: false }),
    ...(options.define !== undefined && { define: { ...options.define } }),
    ...(options.tsconfig !== undefined && { tsconfig: path.resolve(codeFolder, options.tsconfig) }),
    ...(banner.length > 0 && { banner: { js: banner.join('\n') } }),
    loader: { '.node': 'copy', ...(options.loader as Record<string, Loader> | undefined) },
    logLevel: 'silent',
    legalComments: 'none',
  };
}

function entriesOf({ codeFolder, options, request }: BuilderContext): readonly string[] {
  if (options.entry !== undefined) return options.entry.map((entry) => path.resolve(codeFolder, entry));
  if (request.handler === undefined) {
    throw new LambdakitError('invalid-input', `${request.key} has no handler, so there is nothing to bundle from`, {
      hint: 'Set "handler", for example src/index.handler, or build.entry.',
    });
  }
  const file = findHandlerFile(codeFolder, request.handler);
  if (file !== undefined) return [file];
  throw new LambdakitError('file-not-found', `the file of the handler ${request.handler} is not in ${codeFolder}`, {
    hint: `Looked for ${handlerFileNames(request.handler)}. Correct "handler" or "code", or set build.entry.`,
  });
}

function formatOf(codeFolder: string, entries: readonly string[]): 'esm' | 'cjs' {
  const extension = path.extname(entries[0] ?? '');
  if (['.mjs', '.mts'].includes(extension)) return 'esm';
  if (['.cjs', '.cts'].includes(extension)) return 'cjs';
  return isModulePackage(path.dirname(entries[0] ?? codeFolder)) ? 'esm' : 'cjs';
}

/** True when the nearest package.json at or above a folder says `"type": "module"`. */
function isModulePackage(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) return /"type"\s*:\s*"module"/.test(readFileSync(file, 'utf8'));
  const parent = path.dirname(folder);
  return parent !== folder && isModulePackage(parent);
}

function nodeTarget(runtime: string | undefined): string {
  const version = /^nodejs(\d+)/.exec(runtime ?? '')?.[1];
  return `node${version ?? '22'}`;
}

/** The AWS SDK that the runtime has: v3 from nodejs18.x on, v2 before (developer guide, "Building with Node.js"). */
function runtimePackages(runtime: string | undefined, bundleAwsSdk = false): readonly string[] {
  const version = Number(/^nodejs(\d+)/.exec(runtime ?? '')?.[1] ?? 0);
  if (bundleAwsSdk || version === 0) return [];
  return version >= 18 ? ['@aws-sdk/*'] : ['aws-sdk'];
}
