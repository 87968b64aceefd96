import type { Server } from 'node:http';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/** The parts of fauxqs that we use, by our own description of them. */
export interface SnsSubscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  confirmed: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SnsAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

interface Persistable {
  persistence?: unknown;
}

interface SqsStore extends Persistable {
  host: string;
  region?: string;
  allQueues(): Iterable<Persistable>;
}

export interface SnsStore extends Persistable {
  region?: string;
  getTopic(arn: string): { readonly name: string; readonly subscriptionArns: readonly string[] } | undefined;
  getSubscription(arn: string): SnsSubscription | undefined;
}

export interface S3ChangeEvent {
  readonly service: string;
  readonly bucket: string;
  readonly key: string;
  readonly status: 'uploaded' | 'downloaded' | 'deleted' | 'copied' | 'renamed';
  readonly timestamp: number;
}

export interface S3Store extends Persistable {
  spy?: { addMessage(event: S3ChangeEvent): void };
  hasBucket(name: string): boolean;
  headObject(bucket: string, key: string): { readonly contentLength: number; readonly etag: string };
}

interface Persistence {
  readonly db: { prepare(sql: string): { run(...values: string[]): unknown } };
  updateMessageReady(messageId: string): void;
  load(sqs: SqsStore, sns: SnsStore, s3: S3Store): void;
  close(): void;
}

export interface FauxqsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface FauxqsReply {
  readonly statusCode: number;
  code(status: number): FauxqsReply;
  header(name: string, value: string): FauxqsReply;
  send(body?: string): FauxqsReply;
}

/** The Fastify application, as far as we touch it. */
interface FauxqsApp {
  readonly server: Server;
  ready(): PromiseLike<unknown>;
  removeContentTypeParser(type: string): void;
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: 'buffer'; readonly bodyLimit: number },
    parse: (request: FauxqsRequest, body: Buffer, done: (error: null, body: Buffer) => void) => void,
  ): void;
  close(): PromiseLike<unknown>;
  addHook(name: 'preHandler', hook: (request: FauxqsRequest, reply: FauxqsReply) => Promise<unknown>): void;
  addHook(
    name: 'onSend',
    hook: (request: FauxqsRequest, reply: FauxqsReply, payload: unknown) => Promise<unknown>,
  ): void;
}

export interface FauxqsDoor {
  readonly app: FauxqsApp;
  readonly sns: SnsStore;
  readonly s3: S3Store;
  matchesFilterPolicy(policy: Record<string, unknown>, attributes: Readonly<Record<string, SnsAttribute>>): boolean;
  matchesFilterPolicyOnBody(policy: Record<string, unknown>, body: string): boolean;
  dispose(): Promise<void>;
}

/**
 * Loads fauxqs with its state from a SQLite file in `folder`. Its own `startFauxqs` listens on every
 * network interface, so the application is put together here and is given requests by our loopback
 * listener. The classes for that are not exported by name; the exact version is pinned for this reason.
 *
 * @throws LambdakitError `environment` kind when this Node.js has no node:sqlite (before 22.13).
 */
export async function openFauxqs(folder: string, region: string): Promise<FauxqsDoor> {
  const modules = await loadModules();
  const sqs: SqsStore = new modules.SqsStore();
  const sns: SnsStore = new modules.SnsStore();
  const s3: S3Store = new modules.S3Store();
  // Queue URLs with the address of the request: `sqs.<region>.localhost` does not resolve everywhere.
  sqs.host = '';
  sqs.region = region;
  sns.region = region;
  const persistence: Persistence = new modules.PersistenceManager(folder);
  mendReadyUpdate(persistence);
  // Loading comes before the stores know where to write, or each loaded record would be written again.
  persistence.load(sqs, sns, s3);
  for (const store of [sqs, sns, s3, ...sqs.allQueues()]) store.persistence = persistence;
  const app = modules.buildApp({
    logger: false,
    defaultRegion: region,
    stores: { sqsStore: sqs, snsStore: sns, s3Store: s3 },
  });
  acceptLargeObjects(app);
  return {
    app,
    sns,
    s3,
    matchesFilterPolicy: modules.matchesFilterPolicy,
    matchesFilterPolicyOnBody: modules.matchesFilterPolicyOnBody,
    async dispose() {
      await app.close();
      persistence.close();
    },
  };
}

/** A deployment package alone may have 50 MB; by itself fauxqs ends at 11. */
const MAX_OBJECT_BYTES = 1024 * 1024 * 1024;

function acceptLargeObjects(app: FauxqsApp): void {
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_OBJECT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
}

/**
 * Version 2.4.1 writes NULL into a NOT NULL column when a message is made visible at once
 * (ChangeMessageVisibility with 0), fails half-way and loses the message. The receive count must stay.
 */
function mendReadyUpdate(persistence: Persistence): void {
  const update = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void update.run(messageId);
}

interface FauxqsModules extends Pick<FauxqsDoor, 'matchesFilterPolicy' | 'matchesFilterPolicyOnBody'> {
  readonly SqsStore: new () => SqsStore;
  readonly SnsStore: new () => SnsStore;
  readonly S3Store: new () => S3Store;
  readonly PersistenceManager: new (folder: string) => Persistence;
  readonly buildApp: (options: object) => FauxqsApp;
}

async function loadModules(): Promise<FauxqsModules> {
  const main = import.meta.resolve('fauxqs');
  const load = (file: string): Promise<object> => import(new URL(file, main).href);
  try {
    const parts = await Promise.all(
      ['app.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js', 'sns/filter.js'].map((file) =>
        load(`./${file}`),
      ),
    );
    return Object.assign({}, ...parts) as FauxqsModules;
  } catch (error) {
    throw new LambdakitError('toolchain-missing', `the local S3, SQS and SNS cannot start: ${String(error)}`, {
      hint: 'They need Node.js 22.13 or newer, which has node:sqlite built in.',
      cause: error,
    });
  }
}
