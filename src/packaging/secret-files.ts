import path from 'node:path';
import { readFileSync } from '../system/files.js';
import { absolutePathOf } from '../system/walk-files.js';
import type { SelectedEntry } from './select-entries.js';

/** Every name that the rules below are about; asked first, because a tree has thousands of others. */
const SUSPECTS = /(^|\/)(\.env|id_[a-z\d]+$|\.n|\.py|\.ht|credentials$)[^/]*$|\.(p12|pfx|jks|keystore|pem|key)$/i;
/** Files whose name alone says that they hold secrets. */
const SECRET_NAMES =
  /^(\.env(\..+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|\.htpasswd|.*\.(p12|pfx|jks|keystore))$/i;
/** Files that may, with what they hold when they do. */
const SECRET_CONTENT: readonly { readonly name: RegExp; readonly content: RegExp }[] = [
  { name: /\.(pem|key)$/i, content: /PRIVATE KEY-----/ },
  { name: /^\.npmrc$/, content: /_(authToken|password|auth)\s*=/ },
  { name: /^credentials$/, content: /aws_secret_access_key/i },
];
const SAMPLES = /\.(example|sample|template|dist)$/i;
const MAX_READ_BYTES = 1_000_000;

/** Names of entries that look like secrets: whoever may read the package would have them. */
export function findSecretFiles(entries: readonly SelectedEntry[]): readonly string[] {
  return entries
    .filter(({ kind, name }) => kind === 'file' && SUSPECTS.test(name))
    .filter(looksSecret)
    .map(({ name }) => name);
}

function looksSecret(entry: SelectedEntry): boolean {
  const name = path.posix.basename(entry.name);
  if (SAMPLES.test(name)) return false;
  if (SECRET_NAMES.test(name)) return true;
  const rule = SECRET_CONTENT.find((candidate) => candidate.name.test(name));
  return (
    rule !== undefined &&
    entry.source.size < MAX_READ_BYTES &&
    rule.content.test(readFileSync(absolutePathOf(entry.source), 'latin1'))
  );
}
