import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { MODULE_URL, writeScriptChunk } from './script-chunks.mjs';

/** A static import as esbuild writes it when it minifies: `import{a as b,c}from"./chunk.js";`. */
const STATIC_IMPORT = /import(?:\{([^}]*)\}from)?"(\.{1,2}\/[^"]+)";/g;
/** The same of an import that is made later. */
const LATE_IMPORT = /import\("(\.{1,2}\/[^"]+)"\)/g;

/**
 * esbuild makes a chunk for each set of entry points that share modules, hundreds with ours, and to find and link one
 * costs Node.js more time than to run it. This merges the chunks that a group of entry points loads into one.
 * A chunk belongs to the first group that loads it. An entry point that is only ever imported late goes into the chunk of
 * its group, too, and whoever imports it gets it out of there. Merged chunks become scripts, unless their group says no.
 * @param outputs what esbuild's metafile says of the build
 * @param groups for each merged chunk its name, the outputs that load it, and whether it stays a module
 */
export async function mergeChunks(outputs, groups, folder) {
  const taken = new Map();
  for (const { name, entries } of groups) {
    const belongs = (file) => isPlainChunk(outputs[file]) || (entries.includes(file) && isChunk(file, folder));
    const members = loadedBy(entries, outputs).filter((file) => !taken.has(file) && belongs(file));
    for (const file of members) taken.set(file, name);
  }
  const numbers = new Map([...taken.keys()].map((file, number) => [file, number]));
  for (const { name, staysModule = false } of groups) {
    const members = [...taken.keys()].filter((file) => taken.get(file) === name);
    await writeMerged(members, { name, staysModule, folder, outputs, numbers });
  }
  const others = Object.keys(outputs).filter((file) => file.endsWith('.js') && !taken.has(file));
  const mergedFile = ({ name }) => path.join(folder, 'chunks', `${name}.js`);
  const scripts = groups.filter(({ staysModule }) => !staysModule).map(mergedFile);
  const modules = [...others, ...groups.filter(({ staysModule }) => staysModule).map(mergedFile)];
  const redirection = { taken, numbers, folder };
  await Promise.all(modules.map(async (file) => writeModule(file, await redirectImports(file, redirection))));
  await Promise.all(scripts.map(async (file) => writeScriptChunk(file, await redirectImports(file, redirection))));
  await Promise.all([...taken.keys()].flatMap((file) => [rm(file), rm(`${file}.map`, { force: true })]));
}

/** All that is loaded with some outputs, without what they load later. */
function loadedBy(entries, outputs) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path: imported, kind } of outputs[file].imports) {
      if (kind === 'import-statement' && imported in outputs) visit(imported);
    }
  };
  for (const entry of entries) visit(entry);
  return [...found];
}

function isPlainChunk({ entryPoint }) {
  return entryPoint === undefined;
}

/** Programs and commands are found by the names of their files; all else that can be imported by itself is a chunk. */
function isChunk(file, folder) {
  return path.dirname(file) === path.join(folder, 'chunks');
}

async function writeMerged(members, { name, staysModule, folder, outputs, numbers }) {
  const contents = members.map((file) => {
    const names = outputs[file].exports.map((exported) => `${exported} as ${exportName(numbers.get(file), exported)}`);
    const specifier = JSON.stringify(`./${path.basename(file)}`);
    const whole = `export * as ${exportName(numbers.get(file), '')} from ${specifier};`;
    if (!isPlainChunk(outputs[file])) return `${whole}\nexport { ${names.join(', ')} } from ${specifier};`;
    return names.length === 0 ? `import ${specifier};` : `export { ${names.join(', ')} } from ${specifier};`;
  });
  const inside = new Set(members.map((file) => path.resolve(file)));
  const keepOthers = {
    name: 'keep-others',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path: specifier, resolveDir, kind }) => {
        const isMember = inside.has(path.resolve(resolveDir, specifier));
        return isMember && kind !== 'dynamic-import' ? undefined : { path: specifier, external: true };
      });
    },
  };
  await build({
    stdin: { contents: contents.join('\n'), resolveDir: path.join(folder, 'chunks') },
    outfile: path.join(folder, 'chunks', `${name}.js`),
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node22.12' },
    ...{ minifySyntax: true, minifyWhitespace: true, sourcemap: 'linked', sourcesContent: false },
    ...(!staysModule && { define: { 'import.meta.url': MODULE_URL } }),
    plugins: [keepOthers],
    packages: 'external',
    logLevel: 'warning',
  });
}

/** Chunks have short names for what they export, so each gets a prefix. */
function exportName(number, exported) {
  return `$${number}_${exported}`;
}

/**
 * The text of an output that imports from merged chunks. The new imports (`head`, which makes `names`) are to stand in a line
 * of their own, and the old ones become blanks, or calls that are no longer than they, so that the source map needs only
 * one more line.
 */
async function redirectImports(file, { taken, numbers, folder }) {
  /** Where what is imported has gone; undefined when it stands where it stood. */
  const findMerged = (specifier) => {
    const imported = path.join(path.dirname(file), specifier);
    const name = taken.get(imported);
    if (name === undefined) return undefined;
    const target = path.relative(path.dirname(file), path.join(folder, 'chunks', `${name}.js`));
    return {
      specifier: JSON.stringify(target.startsWith('.') ? target : `./${target}`),
      nameOf: (exported) => exportName(numbers.get(imported), exported),
    };
  };
  const source = await readFile(file, 'utf8');
  const { text: withoutStatic, imports, locals } = redirectStaticImports(source, findMerged);
  const { text, functions } = redirectLateImports(withoutStatic, findMerged);
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  await writeFile(`${file}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
  const late = functions.map(({ name, text }) => `const ${name}=${text};`);
  return { text, head: [...imports, ...late].join(''), names: [...locals, ...functions.map(({ name }) => name)] };
}

async function writeModule(file, { head, text }) {
  await writeFile(file, `${head}\n${text}`);
}

function redirectStaticImports(source, findMerged) {
  const members = new Map();
  const text = source.replaceAll(STATIC_IMPORT, (statement, names, specifier) => {
    const found = findMerged(specifier);
    if (found === undefined) return statement;
    const list = (names ?? '').split(',').filter((member) => member !== '');
    const renamed = list.map((member) => {
      const [from, to = from] = member.split(' as ');
      return `${found.nameOf(from)} as ${to}`;
    });
    members.set(found.specifier, [...(members.get(found.specifier) ?? []), ...renamed]);
    return ' '.repeat(statement.length);
  });
  return {
    text,
    imports: [...members].map(([specifier, list]) => `import{${list.join(',')}}from${specifier};`),
    locals: [...members.values()].flat().map((member) => member.split(' as ').at(-1)),
  };
}

function redirectLateImports(source, findMerged) {
  const functions = new Map();
  const text = source.replaceAll(LATE_IMPORT, (expression, specifier) => {
    const found = findMerged(specifier);
    if (found === undefined) return expression;
    const whole = found.nameOf('');
    functions.set(`${whole}late`, `()=>import(${found.specifier}).then(e=>e.${whole})`);
    return `${whole}late()`.padEnd(expression.length);
  });
  return { text, functions: [...functions].map(([name, text]) => ({ name, text })) };
}
