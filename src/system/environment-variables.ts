/** The variables of our own process; the only place that reads them. */
export function environmentVariables(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** The value of one variable; an empty one counts as unset. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The folder in which the user stands. */
export function workingFolder(): string {
  return process.cwd();
}
