import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { describePlace, findJsonProblem } from '../../../src/local/lambda-api/json-problem/find-json-problem.js';
import { createSeededRandom } from '../../../src/local/seeded-random.js';
import { installJavaProgram } from '../runtime-clients/java-program.js';

const INPUTS = 6000;

const jackson = await installJavaProgram({
  name: 'jackson-core-2.17.2',
  fixture: 'jackson',
  source: 'example/Problems.java',
});
const missing = jackson.missing === undefined ? '' : ` (skipped: ${jackson.missing.slice(0, 120)})`;

const TEXTS = [
  '{"a":1,"b":[true,false,null],"c":{"d":"é€😀\\u00e9\\n"}}',
  '[1,-2.5e+10,0,0.1,1E5]',
  '{"key with spaces":"value", "x" : [ ] }',
  '{\n  "a": "b",\r\n  "c": [\r 1\n]}\n',
  '{"é":{"long name that is long":[{"é€":0.5}]}}',
  ...['"text"', 'true', 'null', '-1', 'NaN', '[-Infinity,+INF]', "{'a':'b'}", '{a:1}', '[1,2,]', '{"a":1,}'],
  ...['# c', '/* c */1', '1 2', '01', '-', '"\\u12', '[[[[', '}', ']', '{]', '[}'],
];
const PIECES = [
  ...'{}[]",:\'\\/#+-.0159eEnulltrefasINyx_$ \t\r\n\u0000\u0001\u007f',
  ...['é', '€', '😀', '\\u00', '\\uD800', 'tru', 'nul', 'NaN', '+I', '-I', '-INF', '\u00ad'],
];

/**
 * One of the texts after up to three changes: something put in, left out or cut off. No byte 0xff is put in: Jackson pads short
 * names with it, and so takes the bytes ff 61 for the name `a` once it has read one (`_padLastQuad`); fe is as wrong and is told apart.
 */
function mutant(random: () => number): Buffer {
  const pick = (count: number): number => Math.floor(random() * count);
  let text = Buffer.from(TEXTS[pick(TEXTS.length)]!);
  for (let changes = 1 + pick(3); changes > 0; changes -= 1) {
    const at = pick(text.length + 1);
    const piece = pick(4) === 0 ? Buffer.from([pick(0xff)]) : Buffer.from(PIECES[pick(PIECES.length)]!);
    const [before, after] = [text.subarray(0, at), text.subarray(at)];
    const kinds = [
      [before, piece, after],
      [before, after.subarray(1 + pick(3))],
      [before, piece, after.subarray(1)],
      [before],
    ];
    text = Buffer.concat(kinds[pick(kinds.length)]!);
  }
  return text;
}

/** Jackson would take some beginnings for UTF-16 or UTF-32, which is another reader. */
function isReadAsUtf8(text: Buffer): boolean {
  return text.length > 0 && !text.subarray(0, 4).includes(0) && text[0]! < 0xfe;
}

it.skipIf(missing !== '')(`says of ${INPUTS} broken texts what Jackson says, to the letter${missing}`, () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = createSeededRandom(seed);
  const texts = Array.from({ length: INPUTS }, () => mutant(random)).filter(isReadAsUtf8);
  const output = execFileSync(
    'java',
    ['-cp', `${jackson.folder}/classes:${jackson.folder}/lib/*`, 'example.Problems'],
    {
      input: `${texts.map((text) => text.toString('base64')).join('\n')}\n`,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const theirs = output
    .toString()
    .split('\n')
    .slice(0, texts.length)
    .map((line) => Buffer.from(line, 'base64').toString());
  const ours = texts.map((text) => {
    const problem = findJsonProblem(text);
    return problem?.place === undefined ? '' : `${problem.message}\n at ${describePlace(problem.place)}`;
  });
  const differences = texts.flatMap((text, index) =>
    ours[index] === theirs[index] ? [] : [{ text: text.toString('latin1'), ours: ours[index], theirs: theirs[index] }],
  );
  expect(theirs.filter((problem) => problem !== '').length).toBeGreaterThan(INPUTS / 2);
  expect(differences.slice(0, 5), `seed ${seed}`).toEqual([]);
});
