import { createRequire } from 'node:module';

/** `require` of this program: resolves Node's own modules, and is where error messages say the search began. */
export const require = createRequire(import.meta.url);

/*
 * Node's own modules by `require`: an `import` of one reads each of its exports at once, and with that
 * loads what the lazy ones stand for (fs.promises, util.parseArgs …). That would be a third of our start.
 */
export const buffer = require('node:buffer') as typeof import('node:buffer');
export const fs = require('node:fs') as typeof import('node:fs');
export const net = require('node:net') as typeof import('node:net');
export const path = require('node:path') as typeof import('node:path');
export const stream = require('node:stream') as typeof import('node:stream');
export const url = require('node:url') as typeof import('node:url');
export const util = require('node:util') as typeof import('node:util');
