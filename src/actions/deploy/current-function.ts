import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { isNotFound } from '../not-found.js';
import type { DesiredFunction } from './desired-function.js';

/** What is deployed now. */
export interface CurrentFunction {
  readonly configuration: FunctionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  /** The version that the alias points to, with its settings; undefined when there is no such alias. */
  readonly aliasVersion?: FunctionConfiguration | undefined;
  /** The newest published version; read only when a version is wanted without an alias. */
  readonly newestVersion?: FunctionConfiguration | undefined;
}

export type CurrentFunctionCalls = Pick<
  LambdaCalls,
  'getFunction' | 'getFunctionConfiguration' | 'listVersionsByFunction'
>;

/** Reads the deployed function: one call, and one more for the alias or the versions; undefined when there is none. */
export async function readCurrentFunction(
  calls: CurrentFunctionCalls,
  { functionName, alias, publish }: DesiredFunction,
): Promise<CurrentFunction | undefined> {
  const found = await orUndefined(calls.getFunction({ FunctionName: functionName }));
  if (found?.Configuration === undefined) return undefined;
  const current = { configuration: found.Configuration, tags: found.Tags ?? {} };
  if (alias !== undefined) {
    const aliasVersion = await orUndefined(
      calls.getFunctionConfiguration({ FunctionName: functionName, Qualifier: alias }),
    );
    return { ...current, aliasVersion };
  }
  return publish ? { ...current, newestVersion: await readNewestVersion(calls, functionName) } : current;
}

async function readNewestVersion(
  calls: CurrentFunctionCalls,
  functionName: string,
): Promise<FunctionConfiguration | undefined> {
  let newest: FunctionConfiguration | undefined;
  let marker: string | undefined;
  do {
    const page = await calls.listVersionsByFunction({
      FunctionName: functionName,
      ...(marker !== undefined && { Marker: marker }),
    });
    newest = page.Versions?.at(-1) ?? newest;
    marker = page.NextMarker || undefined;
  } while (marker !== undefined);
  return newest?.Version === '$LATEST' ? undefined : newest;
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
