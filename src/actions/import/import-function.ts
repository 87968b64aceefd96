import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { parseFunctionReference } from '../../lambda/function-name.js';
import { downloadFile } from '../../system/download-file.js';
import { copyFile, cp } from '../../system/files.js';
import { createTempFolder } from '../../system/temp-folder.js';
import type { ActionContext } from '../action-context.js';
import { concealed } from '../deploy/change.js';
import { configOfDeployed } from './config-of-deployed.js';
import { escapedDeeply, type ImportedProject } from './imported-project.js';
import { type ReadDeployed, readDeployed } from './read-deployed.js';

export interface ImportFunctionRequest {
  /** Name or ARN. */
  readonly target: string;
  /** The alias that the project deploys to; default: the only one. */
  readonly alias?: string | undefined;
}

export interface DeployedProject extends ImportedProject {
  readonly functionName: string;
  /** Writes the code into a folder and answers the names of what was written. */
  writeCode(folder: string): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

/** The folder that the code of a deployed function is unpacked into. */
export const SOURCE_FOLDER = 'src';

/**
 * Makes a project of a deployed function, its code included. A comparison of both finds no difference: where the
 * unpacked source would not give the deployed bytes, the project names the package itself.
 * @throws LambdakitError `not-found`, `invalid-input`, `package-invalid`
 */
export async function importFunction(request: ImportFunctionRequest, context: ActionContext): Promise<DeployedProject> {
  const reference = parseFunctionReference(request.target);
  if (reference === undefined) {
    throw new LambdakitError(
      'invalid-input',
      `"${request.target}" is neither a file, a function name nor a function ARN.`,
      {
        hint: 'Name a function, or a template.yaml, serverless.yml or aws-lambda-tools-defaults.json.',
      },
    );
  }
  const deployed = await readDeployed(reference.functionName, request.alias ?? reference.qualifier, context);
  const folder = await createTempFolder('import');
  try {
    const code = await codeOf(deployed, folder.path, context);
    const { config, unmapped } = configOfDeployed(deployed);
    const { FunctionArn = '' } = deployed.configuration;
    // What the user has written and we have read, not what an endpoint answers: files are named after it.
    const { functionName: FunctionName } = reference;
    warnOfSecrets(FunctionName, deployed, context);
    return {
      functionName: FunctionName,
      project: {
        region: FunctionArn.split(':')[3],
        functions: { [FunctionName]: { code: code.code, ...code.settings, ...(escapedDeeply(config) as object) } },
      },
      unmapped: [...deployed.unmapped, ...unmapped],
      writeCode: code.write,
      dispose: folder.remove,
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

interface ImportedCode {
  /** What the project file says. */
  readonly code: string;
  readonly settings: object;
  readonly write: (folder: string) => Promise<readonly string[]>;
}

async function codeOf(
  { code, configuration }: ReadDeployed,
  folder: string,
  { signal, progress }: ActionContext,
): Promise<ImportedCode> {
  const { FunctionName = '', CodeSha256 } = configuration;
  if (code?.Location === undefined) {
    return { code: imageOf(code), settings: {}, write: async () => [] };
  }
  const archive = path.join(folder, `${FunctionName}.zip`);
  const unpacked = path.join(folder, SOURCE_FOLDER);
  progress({ kind: 'started', subject: FunctionName, text: 'fetching its code' });
  await downloadFile(code.Location, archive, signal);
  const [{ unpackZip }, { packageFunction }] = await Promise.all([
    import('../../local/index.js'),
    import('../../packaging/package-function.js'),
  ]);
  await unpackZip(archive, unpacked).catch(refuseUnsafe);
  const again = await packageFunction({
    key: FunctionName,
    source: unpacked,
    outputFile: path.join(folder, 'again.zip'),
    signal,
  });
  const isSame = again.sha256 === CodeSha256;
  const text = `fetched its code, ${again.entryCount} entries`;
  progress({ kind: 'done', subject: FunctionName, text });
  return {
    code: isSame ? SOURCE_FOLDER : `${FunctionName}.zip`,
    settings: isSame ? { build: { builder: 'none' } } : {},
    write: async (target) => {
      await cp(unpacked, path.join(target, SOURCE_FOLDER), { recursive: true, verbatimSymlinks: true });
      if (isSame) return [SOURCE_FOLDER];
      await copyFile(archive, path.join(target, `${FunctionName}.zip`));
      progress({
        kind: 'warning',
        subject: FunctionName,
        text: `its package was made by another tool: "code" is the package as it is deployed; write "code": "${SOURCE_FOLDER}" when you change the source`,
      });
      return [`${FunctionName}.zip`, SOURCE_FOLDER];
    },
  };
}

/** What would be written outside of its folder, or is no archive at all, is not written. */
function refuseUnsafe(error: unknown): never {
  if (!(error instanceof Error) || !['InvalidZip', 'ZipTooLarge'].includes(error.name)) throw error;
  throw new LambdakitError('package-invalid', `The package of the function cannot be unpacked: ${error.message}.`, {
    hint: 'Fetch it by hand from the address that GetFunction answers, and look at it before you use it.',
    cause: error,
  });
}

/** By digest, so that it is what is deployed and not what the tag has become. */
function imageOf(code: ReadDeployed['code']): string {
  const { ImageUri = '', ResolvedImageUri } = code ?? {};
  return ResolvedImageUri ?? ImageUri;
}

function warnOfSecrets(functionName: string, { configuration }: ReadDeployed, { progress }: ActionContext): void {
  const variables = Object.entries(configuration.Environment?.Variables ?? {});
  const secret = variables.filter(([name, value]) => concealed(name, value) !== value).map(([name]) => name);
  if (secret.length === 0) return;
  progress({
    kind: 'warning',
    subject: functionName,
    text: `lambdakit.json holds variables that look like secrets (${secret.join(', ')}): put \${ssm:/PATH} or \${env:NAME} there before you commit it`,
  });
}
