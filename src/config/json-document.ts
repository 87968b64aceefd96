import path from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type ConfigDocument, positionAt, syntaxError } from './config-document.js';
import type { ValuePath } from './value-path.js';

/** Parses JSON; comments and trailing commas only in a `.jsonc` file, so that other tools can read a `.json` one. */
export function parseJsonDocument(file: string, text: string): ConfigDocument {
  const isJsonc = path.extname(file) === '.jsonc';
  const content = text.replace(/^\uFEFF/, ' ');
  const errors: ParseError[] = [];
  const root = parseTree(content, errors, { disallowComments: !isJsonc, allowTrailingComma: isJsonc });
  const [error] = errors;
  if (error !== undefined) throw explainParseError(file, content, error);
  if (root === undefined) throw syntaxError(file, { line: 1, column: 1 }, 'the file is empty', 'Write at least {}.');
  refuseDuplicateKeys(file, content, root);
  return {
    file,
    data: getNodeValue(root),
    positionOf: (valuePath, part) => {
      const node = nearestNode(root, valuePath);
      const key = part === 'key' && node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
      return positionAt(content, (key ?? node).offset);
    },
  };
}

function explainParseError(file: string, text: string, error: ParseError): Error {
  const name = printParseErrorCode(error.error);
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const hint =
    name === 'InvalidCommentToken'
      ? 'Comments need the name lambdakit.jsonc (or lambdakit.yaml).'
      : name === 'PropertyNameExpected' || name === 'ValueExpected'
        ? 'A trailing comma is allowed only in lambdakit.jsonc.'
        : undefined;
  return syntaxError(file, positionAt(text, error.offset), `the file is not valid JSON: ${words}`, hint);
}

function refuseDuplicateKeys(file: string, text: string, node: Node): void {
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    const [key] = child.type === 'property' ? (child.children ?? []) : [];
    if (key !== undefined && seen.has(key.value)) {
      throw syntaxError(file, positionAt(text, key.offset), `the key "${key.value}" is there twice`);
    }
    if (key !== undefined) seen.add(key.value);
    refuseDuplicateKeys(file, text, child);
  }
}

function nearestNode(root: Node, valuePath: ValuePath): Node {
  for (let length = valuePath.length; length > 0; length--) {
    const node = findNodeAtLocation(root, valuePath.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}
