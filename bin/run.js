#!/usr/bin/env node
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `lambdakit needs Node.js 22.12 or newer, and this is ${process.version}. Install a newer Node.js and run it again.\n`,
  );
  process.exitCode = 2;
} else {
  // Keeps compiled code between runs, in a folder that only this user can write; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
  const caches = process.env.XDG_CACHE_HOME || process.env.LOCALAPPDATA || path.join(os.homedir(), '.cache');
  module.enableCompileCache(path.join(caches, 'lambdakit', 'compiled'));
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2));
}
