import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, startExtension, startRuntime, type World } from './supervisor-kit/launch.js';

/** What a developer's shell may hold, and no function may see. */
const DECOYS = [
  ...['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN'],
  ...[
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_ROLE_ARN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_ENDPOINT_URL',
  ],
  ...['GITHUB_TOKEN', 'GITLAB_TOKEN', 'NPM_TOKEN', 'SLACK_TOKEN', 'VAULT_TOKEN', 'HF_TOKEN', 'npm_config__authToken'],
  ...['NPM_CONFIG_REGISTRY', 'NPM_CONFIG_USERCONFIG', 'NODE_AUTH_TOKEN', 'NODE_OPTIONS_DECOY', 'SSH_AUTH_SOCK'],
  ...['SSH_AGENT_PID', 'SSH_CONNECTION', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'HOME', 'USER'],
];
const DUMP = `import fs from 'node:fs';
  console.log(JSON.stringify({ env: process.env, initial: fs.readFileSync('/proc/self/environ', 'utf8'),
    args: process.execArgv, cwd: process.cwd() }));`;
const MAJOR = process.versions.node.split('.')[0];

describe.each(['process', 'namespace'] as const)('the variables of a function with %s isolation', (isolation) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ isolation });
  });
  afterEach(() => world.dispose());

  it('are the documented ones and its own, and nothing of ours', async () => {
    const codeFolder = await world.writeFolder({ 'index.mjs': DUMP });
    for (const name of DECOYS) process.env[name] ??= 'decoy';
    const host = await world.open({
      codeFolder,
      environment: { TABLE: 'orders', TZ: 'Europe/Berlin', AWS_REGION: 'x' },
    });
    const run = await startRuntime(host);
    await run.exit;
    const { env, initial } = JSON.parse(run.text());
    const isTrue = isolation === 'namespace';
    const task = isTrue ? '/var/task' : codeFolder;
    const opt = isTrue
      ? '/opt'
      : env.PATH.split(':')
          .at(-1)
          .replace(/\/bin$/, '');
    const runtimeFolder = isTrue ? '/var/runtime' : env.LAMBDA_RUNTIME_DIR;
    expect(env).toEqual({
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SESSION_TOKEN: 'test',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${MAJOR}.x`,
      AWS_LAMBDA_FUNCTION_NAME: 'hello',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/hello',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^2026\/11\/21\/\[\$LATEST\][0-9a-f]{32}$/),
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
      AWS_LAMBDA_METADATA_API: '127.0.0.1:9',
      AWS_LAMBDA_METADATA_TOKEN: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
      _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
      _AWS_XRAY_DAEMON_PORT: '2000',
      // Our start program removes it before the function runs; this one is none.
      _LAMBDA_TELEMETRY_LOG_FD: '62',
      LAMBDA_TASK_ROOT: task,
      LAMBDA_RUNTIME_DIR: runtimeFolder,
      LANG: 'en_US.UTF-8',
      TZ: 'Europe/Berlin',
      PATH: `${isTrue ? '/var/lang' : path.dirname(path.dirname(process.execPath))}/bin:/usr/local/bin:/usr/bin/:/bin:${opt}/bin`,
      LD_LIBRARY_PATH: `${isTrue ? '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:' : ''}${runtimeFolder}/lib:${task}:${task}/lib:${opt}/lib`,
      NODE_PATH: `${opt}/nodejs/node${MAJOR}/node_modules:${opt}/nodejs/node_modules:${runtimeFolder}/node_modules:${runtimeFolder}:${task}`,
      PWD: task,
      SHLVL: '0',
      TABLE: 'orders',
      ...(isTrue ? {} : { TMPDIR: expect.stringMatching(/\/tmp$/) }),
    });
    expect(initial).not.toContain('decoy');
  });

  it('are fewer for an extension', async () => {
    const layer = await world.writeFolder({ 'extensions/dump': '#!/bin/sh\ncat /proc/$$/environ\n' });
    const host = await world.open({
      codeFolder: await world.writeFolder({}),
      layerFolders: [layer],
      environment: { TABLE: 'orders' },
    });
    const run = await startExtension(host, 'dump');
    await run.exit;
    const names = run
      .text()
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== 'TMPDIR').sort()).toEqual([
      ...['AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME'],
      ...['AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_METADATA_API'],
      ...['AWS_LAMBDA_METADATA_TOKEN', 'AWS_LAMBDA_RUNTIME_API', 'AWS_REGION'],
      ...['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'LANG', 'LD_LIBRARY_PATH', 'PATH', 'TABLE', 'TZ'],
    ]);
  });

  it('come without a descriptor of ours', async () => {
    const codeFolder = await world.writeFolder({ bootstrap: '#!/bin/sh\nls -l /proc/self/fd\n' });
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023' }));
    await run.exit;
    const open = run
      .text()
      .trim()
      .split('\n')
      .flatMap((line) => / (\d+) -> (.*)$/.exec(line)?.slice(1, 3).join(' ') ?? []);
    expect(open).toHaveLength(open.filter((entry) => /^[012] |^\d+ (\/proc\/\d+\/fd|\/dev\/null)$/.test(entry)).length);
    expect(open.length).toBeGreaterThan(3);
  });

  it('start Node.js with the heap of its memory size', async () => {
    const codeFolder = await world.writeFolder({ 'index.mjs': DUMP });
    const run = await startRuntime(await world.open({ codeFolder, memorySizeMb: 128 }));
    await run.exit;
    const { args, cwd } = JSON.parse(run.text());
    expect(args.join(' ')).toBe('--max-http-header-size 81920 --max-semi-space-size=6 --max-old-space-size=116');
    expect(cwd).toBe(isolation === 'namespace' ? '/var/task' : codeFolder);
  });
});
