import path from 'node:path';
import { askInterpreter, type LanguageSearch, readJavaRelease } from './interpreter-probe.js';
import { findInVersionFolders, findOnPath, type SearchPlaces } from './interpreter-search.js';

const PYTHON_QUESTION =
  'import os, sys; print(sys.version.split()[0]); print(sys.base_prefix); print(os.path.realpath(sys.executable))';

/** `python3.N` on the search path, in pyenv, uv, asdf, mise, Homebrew or as a macOS framework. */
export function pythonSearch(runtime: string, places: SearchPlaces): LanguageSearch {
  const wanted = runtime.replace(/^python/, '');
  const { homeFolder: home, variables } = places;
  const bases = [
    path.join(variables.PYENV_ROOT ?? path.join(home, '.pyenv'), 'versions'),
    path.join(home, '.local', 'share', 'uv', 'python'),
    path.join(home, '.asdf', 'installs', 'python'),
    path.join(home, '.local', 'share', 'mise', 'installs', 'python'),
    '/opt/homebrew/opt',
    '/usr/local/opt',
    '/Library/Frameworks/Python.framework/Versions',
  ];
  return {
    runtime,
    wanted,
    language: 'Python',
    advice: `Install Python ${wanted} (pyenv or uv will do) to run the same version as AWS.`,
    candidates: async () => [
      ...(await findInVersionFolders(bases, wanted, path.join('bin', `python${wanted}`))),
      ...(await findOnPath([`python${wanted}`, 'python3', 'python'], places)),
      ...(await findInVersionFolders(bases, '3', path.join('bin', 'python3'))),
    ],
    probe: (command) => askInterpreter(command, ['-c', PYTHON_QUESTION]),
  };
}

const RUBY_QUESTION = 'puts RUBY_VERSION, RbConfig::CONFIG["prefix"], RbConfig.ruby';

/** `ruby` on the search path, in rbenv, rvm, chruby, asdf, mise or Homebrew. */
export function rubySearch(runtime: string, places: SearchPlaces): LanguageSearch {
  const wanted = runtime.replace(/^ruby/, '');
  const { homeFolder: home } = places;
  const bases = [
    path.join(home, '.rbenv', 'versions'),
    path.join(home, '.rvm', 'rubies'),
    path.join(home, '.rubies'),
    '/opt/rubies',
    path.join(home, '.asdf', 'installs', 'ruby'),
    path.join(home, '.local', 'share', 'mise', 'installs', 'ruby'),
    '/opt/homebrew/opt',
    '/usr/local/opt',
  ];
  const program = path.join('bin', 'ruby');
  return {
    runtime,
    wanted,
    language: 'Ruby',
    advice: `Install Ruby ${wanted} (rbenv or asdf will do) to run the same version as AWS.`,
    candidates: async () => [
      ...(await findInVersionFolders(bases, wanted, program)),
      ...(await findOnPath([`ruby${wanted}`, 'ruby'], places)),
      ...(await findInVersionFolders(bases, '', program)),
    ],
    probe: (command) => askInterpreter(command, ['-e', RUBY_QUESTION]),
  };
}

/** `JAVA_HOME`, the search path, the usual folders of Linux and macOS, SDKMAN, asdf. */
export function javaSearch(runtime: string, places: SearchPlaces): LanguageSearch {
  const wanted = /^java(\d+)/.exec(runtime)?.[1] ?? '';
  const { homeFolder: home, variables } = places;
  const program = path.join('bin', process.platform === 'win32' ? 'java.exe' : 'java');
  return {
    runtime,
    wanted,
    language: 'Java',
    advice: `Install a JDK ${wanted} or point JAVA_HOME at one to run the same version as AWS.`,
    candidates: async () => [
      ...(variables.JAVA_HOME === undefined ? [] : [path.join(variables.JAVA_HOME, program)]),
      ...(await findOnPath(['java'], places)),
      ...(await findInVersionFolders(
        [
          '/usr/lib/jvm',
          path.join(home, '.sdkman', 'candidates', 'java'),
          path.join(home, '.asdf', 'installs', 'java'),
        ],
        '',
        program,
      )),
      ...(await findInVersionFolders(
        ['/Library/Java/JavaVirtualMachines', path.join(home, 'Library', 'Java', 'JavaVirtualMachines')],
        '',
        path.join('Contents', 'Home', program),
      )),
    ],
    probe: readJavaRelease,
  };
}
