import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import vm from 'node:vm';
import { init, parse } from 'es-module-lexer';

/** What stands for `import.meta.url` in a chunk that becomes a script. */
export const MODULE_URL = 'moduleUrl';

/** What stands for `import` where a chunk imports something late; as long as that, so that columns stay. */
const IMPORT = 'load$$';

/** How esbuild ends a chunk: one list of all exports, then comments. */
const EXPORTS = /export\{([^{}]*)\};(?=\s*(?:\/[/*].*\s*)*$)/;

/**
 * Makes a merged chunk a script, and a module of few lines that runs it by way of `runChunk` and exports what it gives.
 * Of a script the compiled code can be kept after it has run (`src/system/compiled-chunk.ts`).
 * The script is one function of what the chunk imports; its lines and columns stay, so that its source map stays right.
 * @param chunk `names`: what its imports are called in it; `head`: the text of these imports; `text`: the rest of it
 * @throws Error when the chunk does what a script cannot: await at its top, or assign to an export when it has run
 */
export async function writeScriptChunk(file, { names, head, text }) {
  const [clause, list] = EXPORTS.exec(text) ?? [];
  if (clause === undefined) throw new Error(`${file} does not end with its exports`);
  const body = await callImport(text.slice(0, text.lastIndexOf(clause)), file);
  const comments = text.slice(body.length + clause.length);
  const exported = list.split(',').map((member) => member.split(' as '));
  for (const [local] of exported) {
    if (assignments(body, local) > 1) throw new Error(`${file} assigns to ${local}, which it exports, more than once`);
  }
  const script = scriptFile(file);
  const url = path.basename(script);
  const program = [
    `"use strict";(function(${[...names, MODULE_URL, IMPORT].join(',')}){`,
    `${body}return{${exported.map(([local, name = local]) => `${name}:${local}`).join(',')}}})`,
    comments.replace(/(sourceMappingURL=).*/, `$1${url}.map`).trim(),
  ].join('\n');
  new vm.Script(program, { filename: script }); // throws when it is none
  const version = createHash('sha256').update(program).digest('hex').slice(0, 16);
  const facade = [
    `import{runChunk as $runChunk}from"../system/compiled-chunk.js";${head}`,
    `const $chunk=$runChunk(import.meta.dirname+${JSON.stringify(`/${url}`)},"${version}")`,
    `(${[...names, 'import.meta.url', '(specifier,options)=>import(specifier,options)'].join(',')});`,
    `export const{${exported.map(([local, name = local]) => name).join(',')}}=$chunk;\n`,
  ].join('');
  await writeFile(script, program);
  await rename(`${file}.map`, `${script}.map`);
  await writeFile(file, facade);
}

function scriptFile(file) {
  return file.replace(/\.js$/, '.script.js');
}

/** Only a module may say `import(…)` without a flag of Node.js, so the script calls a function of its module. */
async function callImport(body, file) {
  await init;
  const [imports] = parse(body, file);
  if (imports.some(({ d }) => d < 0)) throw new Error(`${file} imports what is in no chunk, or asks for import.meta`);
  if (body.includes(IMPORT)) throw new Error(`${file} has a name of its own that is ${IMPORT}`);
  return imports.reduceRight(
    (text, { ss }) => `${text.slice(0, ss)}${IMPORT}${text.slice(ss + 'import'.length)}`,
    body,
  );
}

/** Where a name stands before an `=`, its declaration included. */
function assignments(body, name) {
  const pattern = `(?<![\\w$.])${name.replaceAll('$', '\\$')}(?:=(?![=>])|\\+\\+|--|(?:[-+*/%&|^?]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)=)`;
  return [...body.matchAll(new RegExp(pattern, 'g'))].length;
}
