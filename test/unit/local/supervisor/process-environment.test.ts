import { describe, expect, it } from 'vitest';
import type { FunctionSnapshot } from '../../../../src/local/core/function-snapshot.js';
import { type FilesystemView, TRUE_VIEW, translatePaths } from '../../../../src/local/supervisor/filesystem-view.js';
import {
  extensionEnvironment,
  type ProcessEnvironmentRequest,
  requiredSystemVariables,
  runtimeEnvironment,
} from '../../../../src/local/supervisor/process-environment.js';

const REAL_VIEW: FilesystemView = { isTrue: false, task: '/w/code', opt: '/w/opt', runtime: '/w/rt', tmp: '/w/tmp' };

function request(
  snapshot: Partial<FunctionSnapshot>,
  rest: Partial<ProcessEnvironmentRequest> = {},
): ProcessEnvironmentRequest {
  return {
    snapshot: {
      accountId: '123456789012',
      region: 'us-east-1',
      functionName: 'hello',
      version: '7',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:hello',
      revisionId: 'r',
      packageType: 'Zip',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      role: 'r',
      timeoutSeconds: 3,
      memorySizeMb: 128,
      ephemeralStorageMb: 512,
      architecture: 'x86_64',
      environment: {},
      codeFolder: '/w/code',
      layerFolders: [],
      logGroup: '/aws/lambda/hello',
      logFormat: 'Text',
      applicationLogLevel: undefined,
      systemLogLevel: undefined,
      tracingMode: 'PassThrough',
      snapStart: false,
      runtimeVersionArn: undefined,
      ...snapshot,
    },
    environmentId: '0123456789abcdef0123456789abcdef',
    initializationType: 'on-demand',
    logStream: 'stream',
    runtimeApi: '127.0.0.1:9001',
    view: TRUE_VIEW,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    endpointVariables: {},
    lang: '/var/lang',
    ...rest,
  };
}

describe('the runtime environment', () => {
  it('has what the start program of each language adds', () => {
    const added = (runtime: string, names: readonly string[]) => {
      const variables = runtimeEnvironment(request({ runtime }));
      return names.map((name) => variables[name]);
    };
    expect(added('nodejs22.x', ['AWS_EXECUTION_ENV', 'NODE_PATH', 'PWD', 'SHLVL'])).toEqual([
      'AWS_Lambda_nodejs22.x',
      '/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task',
      '/var/task',
      '0',
    ]);
    expect(added('nodejs22.x', ['NODE_EXTRA_CA_CERTS'])).toEqual([undefined]);
    expect(added('nodejs18.x', ['NODE_EXTRA_CA_CERTS'])).toEqual(['/var/runtime/ca-cert.pem']);
    expect(added('python3.13', ['PYTHONPATH', 'LC_CTYPE', 'LAMBDAKIT_OPT'])).toEqual([
      '/var/runtime',
      'C.UTF-8',
      undefined,
    ]);
    expect(added('python3.11', ['LC_CTYPE', 'PWD'])).toEqual([undefined, '/var/task']);
    expect(added('ruby3.4', ['GEM_HOME', 'GEM_PATH', 'RUBYLIB', 'PWD'])).toEqual([
      '/var/runtime',
      '/var/task/vendor/bundle/ruby/3.4.0:/opt/ruby/gems/3.4.0:/var/runtime:/var/runtime/ruby/3.4.0',
      '/var/task:/var/runtime/lib:/opt/ruby/lib',
      undefined,
    ]);
    expect(added('ruby3.4', ['PATH', 'LD_LIBRARY_PATH'])).toEqual([
      '/var/lang/bin:/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      '/var/lang/lib:/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    ]);
    expect(added('java11', ['AWS_ACCESS_KEY', 'AWS_SECRET_KEY'])).toEqual(['id', 'secret']);
    expect(added('java21', ['AWS_ACCESS_KEY', 'PWD'])).toEqual([undefined, undefined]);
  });

  it('has no keys where a snapshot is restored, which asks for its credentials', () => {
    const restored = { initializationType: 'snap-start', credentialsToken: (id: string) => `token of ${id}` } as const;
    const variables = runtimeEnvironment(request({ runtime: 'java11' }, restored));
    expect(Object.keys(variables).filter((name) => /KEY|SESSION/.test(name))).toEqual([]);
    expect(variables).toMatchObject({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9001/2021-04-23/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token of 0123456789abcdef0123456789abcdef',
    });
  });

  it('names the metadata endpoint and this environment’s token for it', () => {
    const variables = runtimeEnvironment(request({ environment: { AWS_LAMBDA_METADATA_TOKEN: 'mine' } }));
    expect(variables.AWS_LAMBDA_METADATA_API).toBe('127.0.0.1:9001');
    expect(variables.AWS_LAMBDA_METADATA_TOKEN).toBe('01234567-89ab-cdef-0123-456789abcdef');
  });

  it('of an OS-only runtime knows no execution environment and no /var/lang', () => {
    const variables = runtimeEnvironment(request({ runtime: 'provided.al2023' }, { lang: undefined }));
    expect(variables.AWS_EXECUTION_ENV).toBeUndefined();
    expect(variables.PATH).toBe('/usr/local/bin:/usr/bin/:/bin:/opt/bin');
    expect(variables.LD_LIBRARY_PATH).toBe(
      '/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    );
  });

  it('tells the log settings only for JSON, and no log stream to a snapshot', () => {
    const json = runtimeEnvironment(request({ logFormat: 'JSON', applicationLogLevel: 'WARN' }));
    expect([json.AWS_LAMBDA_LOG_FORMAT, json.AWS_LAMBDA_LOG_LEVEL]).toEqual(['JSON', 'WARN']);
    const text = runtimeEnvironment(request({ applicationLogLevel: 'WARN' }));
    expect([text.AWS_LAMBDA_LOG_FORMAT, text.AWS_LAMBDA_LOG_LEVEL]).toEqual([undefined, undefined]);
    const snapshot = runtimeEnvironment(request({}, { initializationType: 'snap-start' }));
    expect([snapshot.AWS_LAMBDA_LOG_GROUP_NAME, snapshot.AWS_LAMBDA_LOG_STREAM_NAME]).toEqual([undefined, undefined]);
    expect(snapshot.AWS_LAMBDA_INITIALIZATION_TYPE).toBe('snap-start');
  });

  it.each([
    'AWS_LAMBDA_LOG_FORMAT',
    'AWS_LAMBDA_LOG_LEVEL',
    'AWS_XRAY_CONTEXT_MISSING',
    'AWS_XRAY_DAEMON_ADDRESS',
    'LANG',
    'LD_LIBRARY_PATH',
    'PATH',
    'TZ',
    'NODE_PATH',
    'AWS_ENDPOINT_URL',
    'OWN',
  ])('lets the function set %s', (name) => {
    const variables = runtimeEnvironment(
      request({ environment: { [name]: 'mine' }, logFormat: 'JSON' }, { endpointVariables: { AWS_ENDPOINT_URL: 'x' } }),
    );
    expect(variables[name]).toBe('mine');
  });

  it('lets a function name its own certificates', () => {
    const environment = { NODE_EXTRA_CA_CERTS: '/var/task/own.pem' };
    const { NODE_EXTRA_CA_CERTS } = runtimeEnvironment(request({ runtime: 'nodejs18.x', environment }));
    expect(NODE_EXTRA_CA_CERTS).toBe('/var/task/own.pem');
  });

  it.each(['GEM_PATH', 'RUBYLIB'])('lets a function in Ruby set %s', (name) => {
    const { [name]: value } = runtimeEnvironment(request({ runtime: 'ruby3.4', environment: { [name]: '/opt/mine' } }));
    expect(value).toBe('/opt/mine');
  });

  it.each([
    '_HANDLER',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_EXECUTION_ENV',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_RUNTIME_API',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'LAMBDA_TASK_ROOT',
    'LAMBDA_RUNTIME_DIR',
    '_AWS_XRAY_DAEMON_PORT',
  ])('does not let the function set %s', (name) => {
    expect(runtimeEnvironment(request({ environment: { [name]: 'mine' } }))[name]).not.toBe('mine');
  });

  it('drops names with an underscore in front', () => {
    expect(runtimeEnvironment(request({ environment: { _OWN: 'x' } }))).not.toHaveProperty('_OWN');
  });
});

describe('the environment of an extension', () => {
  it('has no name that begins with an underscore and nothing of the runtime alone', () => {
    const names = Object.keys(extensionEnvironment(request({ environment: { OWN: '1' } })));
    expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
    expect(names).toContain('OWN');
    for (const name of [
      'AWS_EXECUTION_ENV',
      'LAMBDA_TASK_ROOT',
      'LAMBDA_RUNTIME_DIR',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'NODE_PATH',
    ]) {
      expect(names).not.toContain(name);
    }
  });
});

describe('outside of namespaces', () => {
  it('variables that name files point at the real folders', () => {
    const variables = runtimeEnvironment(
      request(
        {
          runtime: 'python3.12',
          environment: {
            PATH: '/opt/bin:/usr/bin',
            NODE_OPTIONS: '--require /opt/a.js --import=/var/task/b.mjs',
            DATA: '/opt/data',
          },
        },
        { view: REAL_VIEW, lang: '/usr' },
      ),
    );
    expect(variables).toMatchObject({
      LAMBDA_TASK_ROOT: '/w/code',
      LAMBDA_RUNTIME_DIR: '/w/rt',
      PYTHONPATH: '/w/rt',
      LAMBDAKIT_OPT: '/w/opt',
      TMPDIR: '/w/tmp',
      PATH: '/w/opt/bin:/usr/bin',
      NODE_OPTIONS: '--require /w/opt/a.js --import=/w/code/b.mjs',
      DATA: '/opt/data',
      LD_LIBRARY_PATH: '/w/rt/lib:/w/code:/w/code/lib:/w/opt/lib',
    });
  });

  it.each([
    ['/opt', '/w/opt'],
    ['/optional/opt', '/optional/opt'],
    ['/usr/opt/x', '/usr/opt/x'],
    ['a:/var/task/x:/tmp', 'a:/w/code/x:/w/tmp'],
    ['file:///opt/x.mjs', 'file:///w/opt/x.mjs'],
    ['"/var/runtime/x"', '"/w/rt/x"'],
  ])('%s becomes %s', (before, after) => {
    expect(translatePaths(before, REAL_VIEW)).toBe(after);
    expect(translatePaths(before, TRUE_VIEW)).toBe(before);
  });
});

describe('the variables of the system', () => {
  it('are passed on where nothing runs without them, and there alone', () => {
    const own = { SystemRoot: 'C:\\Windows', ComSpec: 'cmd.exe', GITHUB_TOKEN: 'secret', Path: 'x' };
    expect(requiredSystemVariables('win32', own)).toEqual({ SystemRoot: 'C:\\Windows', ComSpec: 'cmd.exe' });
    expect(requiredSystemVariables('linux', own)).toEqual({});
    expect(requiredSystemVariables('darwin', own)).toEqual({});
  });
});
