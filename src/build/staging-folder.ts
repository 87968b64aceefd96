import { mkdir, rename, rm } from '../system/files.js';

/**
 * Lets `fill` write into a fresh folder and puts that in place of `outputFolder` when it succeeds, so
 * that a failed or interrupted build leaves the last good one.
 */
export async function replaceFolder<Outcome>(
  outputFolder: string,
  fill: (stagingFolder: string) => Promise<Outcome>,
): Promise<Outcome> {
  const staging = `${outputFolder}.${process.pid}.staging`;
  const old = `${outputFolder}.${process.pid}.old`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    const outcome = await fill(staging);
    await rename(outputFolder, old).catch(() => undefined);
    await rename(staging, outputFolder);
    return outcome;
  } finally {
    await rm(staging, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}
