/** The operating system that we run on, by Node's names (`linux`, `darwin`, `win32` …). */
export function hostPlatform(): NodeJS.Platform {
  return process.platform;
}

/** The instruction set of this machine, by Lambda's names; undefined for one that Lambda does not have. */
export function hostArchitecture(): 'x86_64' | 'arm64' | undefined {
  if (process.arch === 'x64') return 'x86_64';
  return process.arch === 'arm64' ? 'arm64' : undefined;
}
