import path from 'node:path';
import type { ConfigDocument } from './config-document.js';

/**
 * Parses the text of a project file by its extension: strict JSON, JSON with comments, or YAML 1.2.
 * @throws LambdakitError `config-invalid` with file, line and column where the text does not parse.
 */
export async function parseConfigDocument(file: string, text: string): Promise<ConfigDocument> {
  if (['.yaml', '.yml'].includes(path.extname(file))) {
    const { parseYamlDocument } = await import('./yaml-document.js');
    return parseYamlDocument(file, text);
  }
  const { parseJsonDocument } = await import('./json-document.js');
  return parseJsonDocument(file, text);
}
