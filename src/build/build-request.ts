import type { Metafile } from 'esbuild';

export type BuilderName =
  | 'esbuild'
  | 'python'
  | 'go'
  | 'rust'
  | 'java'
  | 'dotnet'
  | 'ruby'
  | 'make'
  | 'command'
  | 'none';

/** The `build` section of a function in the project file, after validation. */
export interface BuildOptions {
  readonly builder?: BuilderName | undefined;
  readonly entry?: readonly string[] | undefined;
  readonly format?: 'esm' | 'cjs' | undefined;
  readonly target?: string | undefined;
  readonly minify?: boolean | undefined;
  readonly sourcemap?: 'linked' | 'inline' | 'none' | undefined;
  readonly external?: readonly string[] | undefined;
  readonly bundleAwsSdk?: boolean | undefined;
  readonly define?: Readonly<Record<string, string>> | undefined;
  readonly loader?: Readonly<Record<string, string>> | undefined;
  readonly banner?: string | undefined;
  readonly tsconfig?: string | undefined;
  readonly keepNames?: boolean | undefined;
  readonly requirements?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly output?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** What building tells while it works. */
export interface BuildProgress {
  readonly kind: 'detail' | 'warning';
  readonly subject: string;
  readonly text: string;
}

export interface BuildRequest {
  /** Key of the function; names its build folder. */
  readonly key: string;
  /** Folder of the project file; `code` is relative to it. */
  readonly projectFolder: string;
  /** Source folder, or a .zip (.jar) file that needs no build. */
  readonly code: string;
  readonly runtime?: string | undefined;
  readonly handler?: string | undefined;
  readonly architecture?: 'x86_64' | 'arm64' | undefined;
  readonly build?: BuildOptions | undefined;
  /** With esbuild: patterns of files that are put beside the bundle. */
  readonly include?: readonly string[] | undefined;
  /** Default: `.lambdakit/build` in the project folder. */
  readonly outputRoot?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: BuildProgress) => void) | undefined;
}

export interface BuildResult {
  readonly key: string;
  readonly builder: BuilderName;
  /** What goes into the package: a folder, or a .zip file as it is. */
  readonly output: string;
  /** True when `output` is the user's own folder or file and not one that the build made. */
  readonly isSource: boolean;
  /** What the bundler says of its inputs and outputs; of esbuild only. */
  readonly metafile: Metafile | undefined;
  /** Absolute paths of the files that the build read, where the builder knows them; for watching. */
  readonly inputs: readonly string[];
  readonly warnings: readonly string[];
  /** Nothing had changed since the last build. */
  readonly isCached: boolean;
  readonly durationMs: number;
}

/** What a builder gives back; `buildFunction` adds the rest. */
export interface BuilderOutcome {
  readonly output?: string;
  readonly metafile?: Metafile;
  readonly inputs?: readonly string[];
  readonly warnings?: readonly string[];
  readonly isCached?: boolean;
}

/** A request with its paths settled. */
export interface BuilderContext {
  readonly request: BuildRequest;
  readonly options: BuildOptions;
  /** Absolute. */
  readonly codeFolder: string;
  /** The folder to leave the outcome in. Builders fill a staging folder and swap it in. */
  readonly outputFolder: string;
}
