import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Operations of products beside functions, which the local service answers with NotImplementedException. */
export const NOT_IMPLEMENTED = /Durable|CapacityProvider|ResourcePolicy|NetworkConnector/;

/** The errors that the API reference gives each operation, as the SDK's own declarations repeat them. */
export function documentedErrors(): ReadonlyMap<string, readonly string[]> {
  const main = createRequire(import.meta.url).resolve('@aws-sdk/client-lambda');
  const folder = path.join(main.slice(0, main.lastIndexOf('/dist-')), 'dist-types', 'commands');
  const files = readdirSync(folder).filter((file) => file.endsWith('Command.d.ts'));
  return new Map(
    files
      .map((file) => [file.slice(0, -'Command.d.ts'.length), readFileSync(path.join(folder, file), 'utf8')] as const)
      .filter(([operation]) => !NOT_IMPLEMENTED.test(operation))
      .map(([operation, text]) => [operation, errorsIn(text)]),
  );
}

function errorsIn(text: string): readonly string[] {
  const names = [...text.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'LambdaServiceException').sort();
}
