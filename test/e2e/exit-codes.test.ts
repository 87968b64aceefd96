import { describe, expect, it } from 'vitest';
import { createFolder, createProject, runBin, writeFiles } from './bin-kit.js';

interface Failure {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly code: string;
  readonly hint: RegExp;
  readonly folder?: () => string;
  readonly env?: Readonly<Record<string, string>>;
}

const working = (): string => createProject('return { ok: true };');
const region = { AWS_REGION: 'us-east-1' };

/** Real failures of real commands; each is run with and without --json. */
const FAILURES: readonly Failure[] = [
  { name: 'an unknown command', args: ['deplyo'], exit: 2, code: 'usage', hint: /Did you mean `lambdakit deploy`/ },
  {
    name: 'an unknown command of a topic',
    args: ['alias', 'lsit'],
    exit: 2,
    code: 'usage',
    hint: /lambdakit alias list/,
  },
  {
    name: 'an unknown flag',
    args: ['invoke', 'hello', '--paylod', '{}'],
    exit: 2,
    code: 'usage',
    hint: /Did you mean --payload\?/,
  },
  { name: 'a missing argument', args: ['invoke'], exit: 2, code: 'usage', hint: /--help/ },
  {
    name: 'flags that exclude each other',
    args: ['invoke', 'hello', '--async', '--dry-run'],
    exit: 2,
    code: 'usage',
    hint: /--help/,
  },
  { name: 'a number that is none', args: ['deploy', '--timeout', 'soon'], exit: 2, code: 'usage', hint: /--help/ },
  {
    name: 'an endpoint that is no address',
    args: ['list', '--endpoint-url', 'nowhere'],
    exit: 2,
    code: 'usage',
    hint: /http/,
  },
  {
    name: 'a payload that is no JSON',
    args: ['invoke', 'hello', '--payload', '{name:1}'],
    exit: 2,
    code: 'invalid-input',
    hint: /single quotes/,
  },
  {
    name: 'a payload file that is missing',
    args: ['invoke', 'hello', '--payload-file', 'no.json'],
    exit: 2,
    code: 'file-not-found',
    hint: /path/,
  },
  {
    name: 'a name that is no function name',
    args: ['invoke', 'he llo', '--local'],
    exit: 2,
    code: 'invalid-input',
    hint: /ARN/,
  },
  {
    name: 'a function that the project does not have',
    args: ['invoke', 'helo', '--local'],
    exit: 2,
    code: 'invalid-input',
    hint: /Did you mean "hello"/,
  },
  {
    name: 'an artifact that is missing',
    args: ['deploy', '--artifact', 'no.zip', '--local'],
    exit: 2,
    code: 'file-not-found',
    hint: /lambdakit package/,
  },
  {
    name: 'a template that there is not',
    args: ['scaffold', 'new', '--template', 'cobol'],
    exit: 2,
    code: 'template-not-found',
    hint: /nodejs-typescript/,
  },
  {
    name: 'a folder that is not empty',
    args: ['scaffold', '.', '--name', 'x', '--no-install'],
    exit: 2,
    code: 'folder-not-empty',
    hint: /--force/,
  },
  {
    name: 'a question that nobody can answer',
    args: ['delete', 'hello', '--local'],
    exit: 2,
    code: 'usage',
    hint: /--yes/,
  },
  {
    name: 'a project file that is missing',
    args: ['build', '--config', 'no.json'],
    exit: 3,
    code: 'config-not-found',
    hint: /--config/,
  },
  {
    name: 'no project at all',
    args: ['deploy'],
    exit: 3,
    code: 'config-not-found',
    hint: /scaffold/,
    folder: () => createFolder(),
  },
  {
    name: 'a project file with a wrong key',
    args: ['build'],
    exit: 3,
    code: 'config-invalid',
    hint: /memorySize/,
    folder: () => createFolder({ 'lambdakit.json': '{"functions":{"a":{"memory":1}}}' }),
  },
  {
    name: 'a project file that is no JSON',
    args: ['build'],
    exit: 3,
    code: 'config-invalid',
    hint: /comma/,
    folder: () => createFolder({ 'lambdakit.json': '{"functions":{},}' }),
  },
  {
    name: 'a function that throws',
    args: ['local', 'invoke', 'hello'],
    exit: 4,
    code: 'function-error',
    hint: /--tail|log/,
    folder: () => createProject("throw new TypeError('no luck');"),
  },
  {
    name: 'a function that is not deployed',
    args: ['invoke', 'hello', '--local'],
    exit: 5,
    code: 'not-found',
    hint: /lambdakit deploy/,
  },
  { name: 'no region', args: ['list'], exit: 5, code: 'region-missing', hint: /--region/ },
  {
    name: 'no credentials',
    args: ['list'],
    exit: 5,
    code: 'credentials-missing',
    hint: /AWS_ACCESS_KEY_ID/,
    env: region,
  },
  {
    name: 'a service that is not there',
    args: ['list', '--endpoint-url', 'http://127.0.0.1:1'],
    exit: 5,
    code: 'unreachable',
    hint: /--endpoint-url/,
  },
  {
    name: 'a difference that was asked for',
    args: ['deploy', '--local', '--dry-run', '--detailed-exit-code'],
    exit: 7,
    code: 'differences-found',
    hint: /^/,
  },
  {
    name: 'a package over the limit',
    args: ['package', '--max-size', '10B'],
    exit: 8,
    code: 'over-size',
    hint: /exclude/,
  },
  {
    name: 'source that does not compile',
    args: ['build'],
    exit: 1,
    code: 'build-failed',
    hint: /^/,
    folder: () => {
      const folder = createProject('');
      writeFiles(folder, { 'src/index.mts': 'export const handler = (;\n' });
      return folder;
    },
  },
];

describe('a failing command', () => {
  it.each(FAILURES)(
    'ends with $exit for $name, and says the same as JSON',
    async ({ args, exit, code, hint, folder = working, env = {} }) => {
      const [cwd, other] = [folder(), folder()];
      const [text, json] = await Promise.all([
        runBin(args, { cwd, env }),
        runBin([...args, '--json'], { cwd: other, env }),
      ]);
      const { error } = JSON.parse(json.stdout.replaceAll(other, cwd)) as {
        readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
      };
      expect({ text: text.code, json: json.code, code: error.code }).toEqual({ text: exit, json: exit, code });
      expect(error.hint ?? '').toMatch(hint);
      if (code !== 'function-error') expect(text.stdout.startsWith('Error')).toBe(false);
      expect(text.stderr).toContain(error.message.split('\n')[0]);
      expect(text.stderr).toMatch(hint);
      expect(json.stderr).not.toContain('Error:');
    },
  );
});
