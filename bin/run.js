#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `lambdakit needs Node.js 22.12 or newer, and this is ${process.version}. Install a newer Node.js and run it again.\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2));
}
