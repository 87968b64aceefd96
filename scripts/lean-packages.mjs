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
