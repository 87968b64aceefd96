/** Members whose keys are the user's own words. */
const MAPS: ReadonlySet<string> = new Set(['Tags', 'Variables', 'AdditionalVersionWeights', 'Endpoints']);

/** An answer of the Lambda API with this project's spelling: `FunctionArn` becomes `functionArn`, at every depth. */
export function recordOf(answer: object): Readonly<Record<string, unknown>> {
  const { $metadata: _, ...members } = answer as Readonly<Record<string, unknown>>;
  return convert(members) as Readonly<Record<string, unknown>>;
}

function convert(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => [lowered(name), MAPS.has(name) ? member : convert(member)]),
  );
}

/** `KMSKeyArn` becomes `kmsKeyArn`, `UUID` becomes `uuid`. */
function lowered(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (head) => head.toLowerCase());
}
