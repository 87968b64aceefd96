import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { type ConfigDocument, type FilePosition, syntaxError } from './config-document.js';
import type { ValuePath } from './value-path.js';

/** Parses YAML 1.2. Aliases are resolved; tags other than the core schema's are refused by the parser. */
export function parseYamlDocument(file: string, text: string): ConfigDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const positionAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // A tag that is not known is only a warning, and its value would be taken for something else.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined)
    throw syntaxError(
      file,
      positionAt(error.pos[0]),
      `the file is not valid YAML: ${reasonOf(error.message)}`,
      error.code === 'TAG_RESOLVE_FAILED' ? 'Put a text that begins with ! between quotes.' : undefined,
    );
  refuseUnknownAliases(file, document, positionAt);
  if (document.contents === null) {
    throw syntaxError(file, { line: 1, column: 1 }, 'the file is empty', 'Write at least {}.');
  }
  const root: Node = document.contents;
  return {
    file,
    data: document.toJS(),
    positionOf: (valuePath, part) => positionAt(offsetOf(root, valuePath, part)),
  };
}

/** Without the text that is quoted: an unquoted secret may begin with a `!` or a `|`. */
function reasonOf(message: string): string {
  return message.replace(/^(Unresolved tag|Block scalar header includes extra characters): [\s\S]*$/, '$1');
}

function refuseUnknownAliases(file: string, document: Document, positionAt: (offset: number) => FilePosition): void {
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return;
      throw syntaxError(
        file,
        positionAt(node.range?.[0] ?? 0),
        'the file is not valid YAML: an alias (*) has no anchor (&) before it',
        'Put a text that begins with * between quotes.',
      );
    },
  });
}

function offsetOf(root: Node, valuePath: ValuePath, part: 'key' | 'value'): number {
  let node: Node = root;
  let offset = root.range?.[0] ?? 0;
  for (const step of valuePath) {
    if (!isCollection(node)) break;
    const key = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === step)?.key
      : undefined;
    const child: unknown = node.get(step, true);
    if (!isNode(child)) break;
    node = child;
    offset = (part === 'key' && isNode(key) ? key.range?.[0] : undefined) ?? child.range?.[0] ?? offset;
  }
  return offset;
}
