import { readFile, realpath, writeFile } from '../../system/quick-files.js';

/** The name under which AWS's own extensions and agents know the machine that they run on (developer guide, Telemetry API). */
const SANDBOX_LINE = '127.0.0.1 sandbox.localdomain sandbox';

const MACHINE_HOSTS = '/etc/hosts';

/** A file of ours and the path at which the function sees it. */
export interface HostsFile {
  readonly file: string;
  readonly shownAt: string;
}

/** Writes this machine's hosts file with Lambda's name for loopback added; undefined where the machine has none. */
export async function writeHostsFile(file: string): Promise<HostsFile | undefined> {
  const [text, shownAt] = await Promise.all([
    readFile(MACHINE_HOSTS, 'utf8').catch(() => undefined),
    // Where /etc/hosts is a link, a mount over it would land at the link's target outside of the new root.
    realpath(MACHINE_HOSTS).catch(() => undefined),
  ]);
  if (text === undefined || shownAt === undefined) return undefined;
  await writeFile(file, `${text.replace(/\n*$/, '\n')}${SANDBOX_LINE}\n`, { mode: 0o644 });
  return { file, shownAt };
}
