import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/** A static import as esbuild writes it when it minifies: `import{a as b,c}from"./chunk.js";`. */
const STATIC_IMPORT = /import(?:\{([^}]*)\}from)?"(\.{1,2}\/[^"]+)";/g;
/** The same of an import that is made later. */
const LATE_IMPORT = /import\("(\.{1,2}\/[^"]+)"\)/g;

/**
 * esbuild makes a chunk for each set of entry points that share modules, hundreds with ours, and to find and link one
 * costs Node.js more time than to run it. This merges the chunks that a group of entry points loads into one.
 * A chunk belongs to the first group that loads it. An entry point that is only ever imported late goes into the chunk of
 * its group, too, and whoever imports it gets it out of there.
 * @param outputs what esbuild's metafile says of the build
 * @param groups for each merged chunk its name, and the outputs that load it
 */
export async function mergeChunks(outputs, groups, folder) {
  const taken = new Map();
  for (const { name, entries } of groups) {
    const belongs = (file) => isPlainChunk(outputs[file]) || (entries.includes(file) && isChunk(file, folder));
    const members = loadedBy(entries, outputs).filter((file) => !taken.has(file) && belongs(file));
    for (const file of members) taken.set(file, name);
  }
  const numbers = new Map([...taken.keys()].map((file, number) => [file, number]));
  for (const { name } of groups) {
    const members = [...taken.keys()].filter((file) => taken.get(file) === name);
    await writeMerged(members, { name, folder, outputs, numbers });
  }
  const others = Object.keys(outputs).filter((file) => file.endsWith('.js') && !taken.has(file));
  const merged = groups.map(({ name }) => path.join(folder, 'chunks', `${name}.js`));
  await Promise.all([...others, ...merged].map((file) => redirectImports(file, { taken, numbers, folder })));
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

async function writeMerged(members, { name, folder, outputs, numbers }) {
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
 * Makes an output import from merged chunks. The new imports stand in a line of their own, and the old ones become
 * blanks, or calls that are no longer than they, so that the source map needs only one more line.
 */
async function redirectImports(file, { taken, numbers, folder }) {
  const source = await readFile(file, 'utf8');
  const wanted = new Map();
  const late = new Map();
  const specifierOf = (merged) => {
    const specifier = path.relative(path.dirname(file), path.join(folder, 'chunks', `${merged}.js`));
    return JSON.stringify(specifier.startsWith('.') ? specifier : `./${specifier}`);
  };
  const rest = source
    .replaceAll(STATIC_IMPORT, (statement, names, specifier) => {
      const imported = path.join(path.dirname(file), specifier);
      const merged = taken.get(imported);
      if (merged === undefined) return statement;
      const members = (names ?? '').split(',').filter((member) => member !== '');
      const renamed = members.map((member) => {
        const [from, to = from] = member.split(' as ');
        return `${exportName(numbers.get(imported), from)} as ${to}`;
      });
      wanted.set(merged, [...(wanted.get(merged) ?? []), ...renamed]);
      return ' '.repeat(statement.length);
    })
    .replaceAll(LATE_IMPORT, (expression, specifier) => {
      const imported = path.join(path.dirname(file), specifier);
      const merged = taken.get(imported);
      if (merged === undefined) return expression;
      const whole = exportName(numbers.get(imported), '');
      late.set(`${whole}late`, `()=>import(${specifierOf(merged)}).then(e=>e.${whole})`);
      return `${whole}late()`.padEnd(expression.length);
    });
  if (wanted.size + late.size === 0) return;
  const imports = [
    ...[...wanted].map(([merged, members]) => `import{${members.join(',')}}from${specifierOf(merged)};`),
    ...[...late].map(([name, load]) => `const ${name}=${load};`),
  ];
  await writeFile(file, `${imports.join('')}\n${rest}`);
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  await writeFile(`${file}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }));
}
