import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { dirname } from 'node:path';

/** Members of node:http that load a whole second HTTP client (undici) when they are read. */
const HEAVY = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);

/**
 * An ES import of node:http reads every member of it, and so loads undici at each start (some 40 ms).
 * This esbuild plugin takes the members one by one and leaves those out that nobody here uses.
 */
export const leanHttp = {
  name: 'lean-http',
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'require-call' ? { path: 'node:http', external: true } : { path: 'http', namespace: 'lean-http' },
    );
    build.onLoad({ filter: /.*/, namespace: 'lean-http' }, () => {
      const names = Object.keys(http).filter((name) => !HEAVY.has(name));
      return {
        contents: `const http = require('node:http');\nexport default http;\nexport const { ${names.join(', ')} } = http;`,
      };
    });
  },
};

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
