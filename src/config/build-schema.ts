import { z } from 'zod';

/** The builders of src/build; a test holds the two lists equal. */
export const BUILDER_NAMES = [
  'esbuild',
  'python',
  'go',
  'rust',
  'java',
  'dotnet',
  'ruby',
  'make',
  'command',
  'none',
] as const;

/** How source becomes the build folder. Which builder applies is found from runtime and files when `builder` is absent. */
export const buildSchema = z
  .strictObject({
    builder: z.enum(BUILDER_NAMES).optional(),
    entry: z
      .union([z.string(), z.array(z.string()).min(1)])
      .transform((value) => (typeof value === 'string' ? [value] : value))
      .optional()
      .describe('Source files that the bundle starts from. Default: the file of the handler.'),
    format: z
      .enum(['esm', 'cjs'])
      .optional()
      .describe('Default: esm when package.json says "type": "module" or the entry is .mjs/.mts, else cjs.'),
    target: z
      .string()
      .optional()
      .describe('esbuild target or build target of the toolchain. Default: from the runtime.'),
    minify: z.boolean().optional(),
    sourcemap: z.enum(['linked', 'inline', 'none']).optional().describe('Default: linked.'),
    external: z
      .array(z.string())
      .optional()
      .describe(
        'Packages that are not bundled, but copied beside the bundle with what they depend on, when installed.',
      ),
    bundleAwsSdk: z.boolean().optional().describe('Bundle @aws-sdk/* although the runtime has it. Default: false.'),
    define: z.record(z.string(), z.string()).optional(),
    loader: z.record(z.string(), z.string()).optional().describe('esbuild loader by file extension.'),
    banner: z.string().optional().describe('Text at the start of each bundle.'),
    tsconfig: z.string().optional(),
    keepNames: z.boolean().optional(),
    requirements: z
      .string()
      .optional()
      .describe('Python requirements file. Default: uv.lock, pyproject.toml or requirements.txt.'),
    command: z
      .union([z.string(), z.array(z.string()).min(1)])
      .transform((value) => (typeof value === 'string' ? value.trim().split(/\s+/) : value))
      .optional()
      .describe('Program and arguments of the builder "command"; the folder to fill is in LAMBDAKIT_OUTPUT.'),
    args: z.array(z.string()).optional().describe('More arguments for the toolchain.'),
    output: z
      .string()
      .optional()
      .describe('Folder or file that the command or toolchain leaves, relative to the code.'),
    environment: z.record(z.string(), z.string()).optional().describe('Variables for the toolchain.'),
  })
  .meta({ id: 'build' });

export type BuildConfig = z.output<typeof buildSchema>;
