/** What a row knows of the walk that it is part of. */
export interface Walk {
  /** Key of the function; each walk has its own. */
  readonly hello: string;
  /** A name that no other walk uses. */
  readonly own: (name: string) => string;
  /** What an earlier command of this walk has printed, as far as it matches. */
  readonly seen: (id: string, pattern: RegExp) => string;
  /** ARN of a queue that is there. */
  readonly queueArn: string;
}

export interface CommandRow {
  /** As in the manifest. */
  readonly id: string;
  /** What follows the command's own words. */
  readonly words?: (walk: Walk) => readonly string[];
  /** Exit code against the local service. */
  readonly exit?: number;
  /** Exit code against moto; a text says why the row is not run there. */
  readonly moto?: number | string;
  /** Run in a folder of its own, without a project and without a service. */
  readonly isElsewhere?: boolean;
}

const NO_AWS = 'calls nothing of AWS';
const NO_SCHEMAS = 'moto has no registry of schemas';
const NO_CALLS = 'moto does not implement the operation';
const SIGNING_PROFILE = 'arn:aws:signer:us-east-1:123456789012:/signing-profiles/team/a1b2c3d4e5';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const CODE_SIGNING_ARN = /arn:aws:lambda:[a-z0-9:-]+:code-signing-config:csc-[a-z0-9]+/;

/** A walk through all commands, in an order in which each finds what it needs. */
export const COMMAND_ROWS: readonly CommandRow[] = [
  { id: 'help', moto: NO_AWS },
  { id: 'completion', words: () => ['bash'], moto: NO_AWS },
  {
    id: 'scaffold',
    words: () => ['fresh', '--template', 'nodejs-javascript', '--no-install'],
    moto: NO_AWS,
    isElsewhere: true,
  },
  { id: 'event:list', moto: NO_AWS },
  { id: 'event:generate', words: () => ['sqs'], moto: NO_AWS },
  { id: 'local:status', moto: NO_AWS },
  { id: 'local:stop', moto: NO_AWS, isElsewhere: true },
  { id: 'local:reset', words: () => ['--yes'], moto: NO_AWS, isElsewhere: true },
  { id: 'doctor' },
  { id: 'build', words: ({ hello }) => [hello], moto: NO_AWS },
  { id: 'package', words: ({ hello, own }) => [hello, '--out', own('out.zip'), '--stats'], moto: NO_AWS },
  { id: 'local:invoke', words: ({ hello }) => [hello, '{"n":1}'], moto: NO_AWS },
  { id: 'deploy', words: ({ hello }) => [hello, '--alias', 'live'] },
  { id: 'diff', words: ({ hello }) => [hello, '--alias', 'live', '--timeout', '9', '--exit-code'], exit: 7, moto: 7 },
  { id: 'check', words: ({ hello }) => [hello] },
  { id: 'list' },
  { id: 'status', words: ({ hello }) => [hello] },
  { id: 'invoke', words: ({ hello }) => [hello, '{"n":1}', '--tail'], moto: 'moto runs functions in Docker' },
  { id: 'invoke', words: ({ hello }) => [hello, '{"fail":1}'], exit: 4, moto: 'moto runs functions in Docker' },
  { id: 'logs', words: ({ hello }) => [hello] },
  { id: 'export', words: ({ hello }) => [hello], moto: NO_AWS },
  { id: 'import', words: ({ hello, own }) => [hello, own('imported')], moto: NO_CALLS },
  { id: 'event:put', words: ({ hello }) => [hello, 'first', '--payload', '{}'], exit: 2, moto: NO_SCHEMAS },
  { id: 'event:get', words: ({ hello }) => [hello, 'first'], exit: 2, moto: NO_SCHEMAS },
  { id: 'event:delete', words: ({ hello }) => [hello, 'first'], exit: 2, moto: NO_SCHEMAS },
  {
    id: 'tune',
    words: ({ hello }) => [hello, '{"n":1}', '--sizes', '128,256', '--invocations', '2'],
    moto: 'moto runs functions in Docker',
  },
  { id: 'version:publish', words: ({ hello }) => [hello, '--description', 'again'] },
  { id: 'deploy', words: ({ hello }) => [hello, '--timeout', '11', '--publish'] },
  { id: 'version:list', words: ({ hello }) => [hello] },
  { id: 'alias:set', words: ({ hello }) => [hello, 'next', '1'] },
  { id: 'alias:shift', words: ({ hello }) => [hello, 'live', '--to', 'latest', '--all-at-once'] },
  { id: 'rollback', words: ({ hello }) => [hello, '--alias', 'live'] },
  { id: 'alias:list', words: ({ hello }) => [hello] },
  { id: 'alias:delete', words: ({ hello }) => [hello, 'next'] },
  // moto has no page for ListProvisionedConcurrencyConfigs, and answers UpdateFunctionEventInvokeConfig with a date that is none.
  { id: 'version:prune', words: ({ hello }) => [hello, '--keep', '1'], moto: 5 },
  { id: 'layer:publish', words: ({ own }) => [own('vendor'), '--content', 'vendor'] },
  { id: 'layer:list' },
  { id: 'layer:show', words: ({ own }) => [own('vendor')] },
  { id: 'layer:attach', words: ({ hello, own }) => [hello, own('vendor')] },
  { id: 'layer:detach', words: ({ hello, own }) => [hello, own('vendor')] },
  { id: 'layer:share', words: ({ own }) => [own('vendor'), '--with', '123456789012'], moto: NO_CALLS },
  { id: 'layer:delete', words: ({ own }) => [own('vendor'), '--yes'] },
  { id: 'url:set', words: ({ hello }) => [hello, '--auth', 'AWS_IAM'] },
  { id: 'url:show', words: ({ hello }) => [hello] },
  { id: 'url:list', words: ({ hello }) => [hello], moto: NO_CALLS },
  { id: 'url:delete', words: ({ hello }) => [hello] },
  { id: 'concurrency:set', words: ({ hello }) => [hello, '--reserved', '2'] },
  { id: 'concurrency:show', words: ({ hello }) => [hello], moto: NO_CALLS },
  { id: 'concurrency:delete', words: ({ hello }) => [hello] },
  { id: 'async:set', words: ({ hello }) => [hello, '--retries', '1'], moto: 5 },
  { id: 'async:show', words: ({ hello }) => [hello] },
  { id: 'async:list', words: ({ hello }) => [hello], moto: NO_CALLS },
  { id: 'async:delete', words: ({ hello }) => [hello] },
  { id: 'permission:add', words: ({ hello }) => [hello, '--id', 'bucket', '--principal', 's3.amazonaws.com'] },
  { id: 'permission:list', words: ({ hello }) => [hello] },
  { id: 'permission:remove', words: ({ hello }) => [hello, 'bucket'] },
  { id: 'tag:set', words: ({ hello }) => [hello, 'team=a', 'cost=b'] },
  { id: 'tag:list', words: ({ hello }) => [hello] },
  { id: 'tag:remove', words: ({ hello }) => [hello, 'cost'] },
  { id: 'code-signing:create', words: () => ['--signing-profile', SIGNING_PROFILE], moto: NO_CALLS },
  { id: 'code-signing:list', moto: NO_CALLS },
  {
    id: 'code-signing:set',
    words: ({ hello, seen }) => [hello, seen('code-signing:create', CODE_SIGNING_ARN)],
    moto: NO_CALLS,
  },
  { id: 'code-signing:show', words: ({ hello }) => [hello], moto: NO_CALLS },
  { id: 'code-signing:remove', words: ({ hello }) => [hello], moto: NO_CALLS },
  {
    id: 'code-signing:update',
    words: ({ seen }) => [seen('code-signing:create', CODE_SIGNING_ARN), '--enforce'],
    moto: NO_CALLS,
  },
  {
    id: 'code-signing:delete',
    words: ({ seen }) => [seen('code-signing:create', CODE_SIGNING_ARN), '--yes'],
    moto: NO_CALLS,
  },
  { id: 'event-source:create', words: ({ hello, queueArn }) => [hello, queueArn, '--no-enabled'] },
  { id: 'event-source:list', words: ({ hello }) => [hello] },
  { id: 'event-source:show', words: ({ seen }) => [seen('event-source:create', UUID)] },
  { id: 'event-source:set', words: ({ seen }) => [seen('event-source:create', UUID), '--batch-size', '5'] },
  {
    id: 'event:send',
    words: ({ queueArn }) => [queueArn, '--file', 'records.jsonl'],
    moto: 'feeds the local service only',
  },
  { id: 'event-source:delete', words: ({ seen }) => [seen('event-source:create', UUID)] },
  { id: 'delete', words: ({ hello }) => [hello, '--yes'] },
];

/** Commands that make what they do not find. */
const MAKERS: ReadonlySet<string> = new Set(['build', 'package', 'export', 'local:invoke', 'deploy', 'diff', 'check']);

/** What is asked again after the function has been deleted. */
export const GONE_ROWS: readonly CommandRow[] = COMMAND_ROWS.filter(
  ({ id, words }) => !MAKERS.has(id) && words?.toString().includes('hello') === true,
);

/** They stay in the foreground; foreground-commands.test.ts runs them. */
export const FOREGROUND: ReadonlySet<string> = new Set(['local:start', 'dev']);
