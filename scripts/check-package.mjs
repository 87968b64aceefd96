/**
 * Packs the package, installs the tarball into an empty folder with an empty HOME and uses it there as a
 * stranger would. Fails when the tarball holds a file that it should not, or lacks one that it needs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-pack-'));
const allowed =
  /^(bin|dist|templates|schema)\/|^(package\.json|oclif\.manifest\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
/** Without a JDK the Java start program cannot be built; such a package must not be published, but it can be checked. */
const hasJdk = spawnSync('javac', ['-version']).error === undefined;
const needed = [
  ...[
    'bin/run.js',
    'dist/index.js',
    'dist/packaging/deflate.wasm',
    'oclif.manifest.json',
    'README.md',
    'LICENSE',
    'package.json',
  ],
  ...['nodejs/index.mjs', 'python/bootstrap.py', 'ruby/bootstrap.rb', ...(hasJdk ? ['java/runtime.jar'] : [])].map(
    (program) => `dist/bootstrap/${program}`,
  ),
];

function run(command, args, options) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

try {
  const [tarball] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], { cwd: root }),
  );
  const files = tarball.files.map((file) => file.path);
  const strays = files.filter(
    (file) => !allowed.test(file) || /^(?!templates\/).*\.(test|worker)\.ts$|\.tgz$|\.env$/.test(file),
  );
  const absent = needed.filter((file) => !files.includes(file));
  if (strays.length > 0 || absent.length > 0) {
    throw new Error(`strays in the package: ${strays.join(', ') || 'none'}; missing: ${absent.join(', ') || 'none'}`);
  }
  const home = path.join(scratch, 'home');
  const project = path.join(scratch, 'project');
  for (const folder of [home, project]) execFileSync('mkdir', ['-p', folder]);
  writeFileSync(path.join(project, 'package.json'), '{"name":"elsewhere","private":true}\n');
  const env = { ...process.env, HOME: home };
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', path.join(scratch, tarball.filename)], {
    cwd: project,
    env,
  });
  const help = run('npx', ['--no-install', 'lambdakit', '--help'], { cwd: project, env });
  const version = run('npx', ['--no-install', 'lambdakit', '--version'], { cwd: project, env });
  const expected = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;
  if (!help.includes('deploy') || !version.includes(expected))
    throw new Error(`unexpected output:\n${help}\n${version}`);
  const installed = JSON.parse(run('npm', ['ls', '--all', '--json', '--omit=dev'], { cwd: project, env }));
  console.log(
    `package ok: ${files.length} files, ${(tarball.size / 1024).toFixed(0)} KB packed, ${countPackages(installed)} packages installed`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function countPackages(tree) {
  const seen = new Set();
  const visit = (node) => {
    for (const [name, child] of Object.entries(node.dependencies ?? {})) {
      const key = `${name}@${child.version}`;
      if (seen.has(key)) continue;
      seen.add(key);
      visit(child);
    }
  };
  visit(tree);
  return seen.size;
}
