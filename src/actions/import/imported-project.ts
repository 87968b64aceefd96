/** Something of the source that the project file does not have now. */
export interface Unmapped {
  /** Where it stands in the source: `Resources.Orders.Properties.Policies`, `aliases.beta`. */
  readonly path: string;
  readonly reason: string;
}

/** A project file made of something else. */
export interface ImportedProject {
  /** The content of lambdakit.json. */
  readonly project: Readonly<Record<string, unknown>>;
  readonly unmapped: readonly Unmapped[];
}

/** The member names of the API in the form of the project file: `MemorySize` becomes `memorySize`, at every depth. */
export function configMembers(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(configMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => !isNothing(member));
  return Object.fromEntries(members.map(([name, member]) => [configName(name), configMembers(member)]));
}

/** `KMSKeyArn` becomes `kmsKeyArn`, `URI` becomes `uri`, `BatchSize` becomes `batchSize`. */
export function configName(name: string): string {
  if (name === 'KMSKeyArn') return 'kmsKeyArn';
  if (name === 'URI') return 'uri';
  // Constants such as KAFKA_BOOTSTRAP_SERVERS keep their letters.
  return /^[A-Z0-9_]+$/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

/** A literal `${` must not become a reference of the project file. */
export function escapeReferences(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** The same at every depth. */
export function escapedDeeply(value: unknown): unknown {
  if (typeof value === 'string') return escapeReferences(value);
  if (Array.isArray(value)) return value.map(escapedDeeply);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escapedDeeply(member)]));
}

/** What says no more than its absence. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (value instanceof Date) return false;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isNothing);
}

/** The mapping without what says nothing. */
export function withoutNothing(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isNothing(value)));
}
