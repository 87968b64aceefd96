/**
 * JSON text without the blanks between its tokens (RFC 8259, section 2). Whatever the text says stays as it was
 * written: numbers that are longer than JavaScript's, the order of members, members that are there twice.
 */
export function compactJson(text: string): string {
  const kept: string[] = [];
  let begin = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === ' ' || character === '\n' || character === '\r' || character === '\t') {
      if (at > begin) kept.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  return begin === 0 ? text : kept.join('') + text.slice(begin);
}
