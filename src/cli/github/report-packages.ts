import type { ReportedPackage } from '../../actions/explain-package.js';
import { formatBytes } from '../render/units.js';
import { setOutputs, writeSummary } from './job-files.js';

/** Tells a job of GitHub Actions which packages were made. Anywhere else it does nothing. */
export async function reportPackages(packages: readonly ReportedPackage[]): Promise<void> {
  const facts = packages.map(({ key, file, manifestFile, sha256, zippedBytes }) => ({
    function: key,
    file,
    manifestFile,
    codeSha256: sha256,
    codeSize: zippedBytes,
  }));
  const [only] = facts;
  await writeSummary(() =>
    [
      '### Packages',
      '',
      '| Function | Size | SHA-256 |',
      '| --- | --- | --- |',
      ...packages.map(({ key, zippedBytes, sha256 }) => `| \`${key}\` | ${formatBytes(zippedBytes)} | \`${sha256}\` |`),
      '',
    ].join('\n'),
  );
  await setOutputs(() => ({
    packages: JSON.stringify(facts),
    ...(facts.length === 1 && only !== undefined && { 'package-file': only.file, 'code-sha256': only.codeSha256 }),
  }));
}
