/** Words that the Lambda API writes otherwise than with a capital first letter. */
const SPECIAL: Readonly<Record<string, string>> = {
  kmsKeyArn: 'KMSKeyArn',
  principalOrgID: 'PrincipalOrgID',
  uri: 'URI',
};

/** The names of the project file in the form of the API: `memorySize` becomes `MemorySize`, at every depth. */
export function apiMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => [
      SPECIAL[name] ?? name.charAt(0).toUpperCase() + name.slice(1),
      apiMembers(member),
    ]),
  );
}
