import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';

const BUILTIN = `(?:node:)?(?:${builtinModules.filter((name) => !name.includes(':')).join('|')})`;
const IMPORT_OF_BUILTIN = new RegExp(`^(import|export)\\s+([^'"();]*?)\\s*from\\s*(['"])(${BUILTIN})\\3`, 'gm');

/** Modules that are loaded when one of their functions is called first. */
const LATE = /^(?:node:)?(?:crypto|http|zlib)$/;

/**
 * An ES import of one of Node's own modules reads every member of it, and so loads a second HTTP client with node:http
 * (some 40 ms) and the list of all options of Node.js with node:process. This esbuild plugin turns such imports into
 * plain look-ups of the members that are used.
 */
export const leanBuiltins = {
  name: 'lean-builtins',
  setup(build) {
    build.onLoad({ filter: /\.(m?js|ts)$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = lookUpBuiltins(source);
      return contents === source ? undefined : { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/** Lines stay where they are, so that source maps stay right. */
function lookUpBuiltins(source) {
  return source.replaceAll(IMPORT_OF_BUILTIN, (line, word, clause, _quote, name) => {
    if (clause.startsWith('type ')) return line;
    const module = `globalThis.process.getBuiltinModule(${JSON.stringify(name)})`;
    const [, main, names] = /^(\*\s+as\s+[\w$]+|[\w$]+)?\s*,?\s*(?:\{([^}]*)\})?$/.exec(clause) ?? [];
    const lines = '\n'.repeat(line.split('\n').length - 1);
    const members = (names ?? '')
      .split(',')
      .map((member) => member.trim())
      // `type as osType` imports what is called type; `type Stats` is a type alone.
      .filter((member) => member !== '' && !/^type\s+(?!as\s)/.test(member))
      .map((member) => member.split(/\s+as\s+/));
    if (word === 'export') {
      if (names === undefined) return line;
      return `${members.map(([from, to = from]) => `export const ${to} = ${module}.${from}`).join(';')}${lines}`;
    }
    if (main === undefined && LATE.test(name) && members.every(([from]) => isPlainFunction(name, from))) {
      const calls = members.map(([from, to = from]) => `const ${to} = (...values) => ${module}.${from}(...values)`);
      return `${calls.join(';')}${lines}`;
    }
    const wholes = main === undefined ? [] : [`${main.replace(/^\*\s+as\s+/, '')} = ${module}`];
    const parts =
      members.length === 0 ? [] : [`{ ${members.map((member) => member.join(': ')).join(', ')} } = ${module}`];
    const all = [...wholes, ...parts];
    return `${all.length === 0 ? '' : `const ${all.join(', ')}`}${lines}`;
  });
}

/** By Node's own naming a class has a capital. */
function isPlainFunction(module, member) {
  return /^[a-z]/.test(member) && typeof process.getBuiltinModule(module)[member] === 'function';
}

/** zod carries its messages in some fifty languages, half a megabyte that is compiled at each start; ours are English. */
export const leanZod = {
  name: 'lean-zod',
  setup(build) {
    build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};

/**
 * oclif's modules load each other and a dozen packages at once, which takes longer than all that a small command
 * does. Here each `const x_1 = require(…)`, as the TypeScript compiler writes them, loads when it is first used.
 */
export const lazyOclif = {
  name: 'lazy-oclif',
  setup(build) {
    build.onLoad({ filter: /[/\\]@oclif[/\\]core[/\\]lib[/\\].*\.js$/ }, async ({ path }) => ({
      contents: requireWhenUsed(await readFile(path, 'utf8')),
    }));
  },
};

function requireWhenUsed(source) {
  const names = [];
  const lazy = source
    .replaceAll(
      /^(?:const|var) (\w+) = ((?:__importDefault\(|__importStar\()?require\([^()]+\)\)?);$/gm,
      (line, name, load) => {
        // A name that is used otherwise than as `name.member` or `new name(…)` stays as it is.
        const uses = source.match(new RegExp(`(?<![\\w.$'"/-])${name}\\b`, 'g')).length;
        const members = source.match(new RegExp(`(?<![\\w.$'"/-])${name}\\.`, 'g'))?.length ?? 0;
        if (uses !== members + 1) return line;
        names.push(name);
        return `let $${name};\nconst ${name} = () => ($${name} ??= ${load});`;
      },
    )
    .replaceAll(
      /^exports\.(\w+) = (__importStar\(require\([^()]+\)\));$/gm,
      'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => $2 });',
    )
    // bin/run.js has looked at the version of Node.js before.
    .replace(/^checkNodeVersion\(\);$/m, '');
  return names.reduce(
    (text, name) => text.replaceAll(new RegExp(`(?<![\\w.$'"/-])${name}\\.`, 'g'), `(${name}()).`),
    lazy,
  );
}
