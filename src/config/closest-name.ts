/**
 * The name that was probably meant: the same letters in another case, a known word of another tool,
 * the start of a name, or a name at most a third of its letters away (Levenshtein distance).
 */
export function closestName(wrong: string, names: readonly string[]): string | undefined {
  const wanted = normalise(wrong);
  const exact = names.find((name) => normalise(name) === wanted);
  if (exact !== undefined) return exact;
  const foreign = FOREIGN_WORDS[wanted];
  if (foreign !== undefined && names.includes(foreign)) return foreign;
  const extended = names.filter((name) => wanted.length >= 3 && normalise(name).startsWith(wanted));
  if (extended.length === 1) return extended[0];
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wanted, normalise(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.name : undefined;
}

/** Words that other deployment tools use for what the Lambda API calls otherwise. */
const FOREIGN_WORDS: Readonly<Record<string, string>> = {
  memory: 'memorySize',
  ram: 'memorySize',
  env: 'environment',
  variables: 'environment',
  codeuri: 'code',
  events: 'eventSources',
  eventsourcemappings: 'eventSources',
  reservedconcurrency: 'concurrency',
  provisionedconcurrency: 'concurrency',
  functionurl: 'url',
  functionurlconfig: 'url',
  deadletterqueue: 'deadLetterConfig',
  tracing: 'tracingConfig',
  logging: 'loggingConfig',
  vpc: 'vpcConfig',
  ephemeralstoragesize: 'ephemeralStorage',
  architecture: 'architectures',
  cron: 'schedules',
  httpapi: 'routes',
  endpoints: 'routes',
  paths: 'routes',
};

function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '');
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
