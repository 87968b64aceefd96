import { stringify } from 'yaml';

/** A document as YAML that readers of version 1.1 understand as well, without anchors and without lines broken for their length. */
export function yamlText(document: object): string {
  return stringify(document, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 });
}
