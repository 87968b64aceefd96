import { isCollection, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { type ConfigDocument, syntaxError } from './config-document.js';
import type { ValuePath } from './value-path.js';

/** Parses YAML 1.2. Aliases are resolved; tags other than the core schema's are refused by the parser. */
export function parseYamlDocument(file: string, text: string): ConfigDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const positionAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error !== undefined)
    throw syntaxError(file, positionAt(error.pos[0]), `the file is not valid YAML: ${error.message}`);
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
