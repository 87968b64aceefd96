import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readTextIfExists, writeFileAtomically } from '../../system/files.js';
import { isNotified, parseNotificationConfig } from './bucket-notification-config.js';
import type { FauxqsDoor, FauxqsRequest, S3ChangeEvent } from './fauxqs-door.js';
import { rememberBounded, traceHeaderOf } from './message-trace-headers.js';
import type { SendToTarget } from './target-sender.js';

export interface BucketNotificationDeps {
  readonly folder: string;
  readonly region: string;
  readonly send: SendToTarget;
  /** A notification could not be delivered. */
  readonly onFailure: (targetArn: string, error: unknown) => void;
}

const EMPTY_CONFIG = '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';

/**
 * Adds what fauxqs lacks: `PutBucketNotificationConfiguration`, its Get, and the events to functions,
 * queues and topics when an object is written or removed. The configurations survive a restart.
 */
export async function serveBucketNotifications(door: FauxqsDoor, deps: BucketNotificationDeps): Promise<void> {
  const file = path.join(deps.folder, 'bucket-notifications.json');
  const configs = new Map<string, string>(Object.entries(JSON.parse((await readTextIfExists(file)) ?? '{}')));

  const traceHeaders = new Map<string, string>();
  door.app.addHook('preHandler', async (request, reply) => {
    rememberTraceHeader(traceHeaders, request);
    const bucket = notificationBucket(request);
    if (bucket === undefined) return;
    reply.header('content-type', 'application/xml');
    if (!door.s3.hasBucket(bucket)) {
      const error = '<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>';
      return reply.code(404).send(error);
    }
    if (request.method === 'GET') return reply.send(configs.get(bucket) ?? EMPTY_CONFIG);
    configs.set(bucket, Buffer.isBuffer(request.body) ? request.body.toString() : EMPTY_CONFIG);
    await writeFileAtomically(file, JSON.stringify(Object.fromEntries(configs)));
    return reply.send('');
  });

  door.s3.spy = {
    addMessage(change) {
      const eventName = eventNameOf(change.status);
      const config = change.service === 's3' ? configs.get(change.bucket) : undefined;
      if (eventName === undefined || config === undefined) return;
      for (const notification of parseNotificationConfig(config)) {
        if (!isNotified(notification, eventName, change.key)) continue;
        const body = JSON.stringify(s3Event(door, change, { eventName, id: notification.id, region: deps.region }));
        const traceHeader = traceHeaders.get(`/${change.bucket}/${change.key}`);
        const message = { targetArn: notification.targetArn, body, ...(traceHeader !== undefined && { traceHeader }) };
        deps.send(message).catch((error: unknown) => {
          deps.onFailure(notification.targetArn, error);
        });
      }
    },
  };
}

/** Of the last change of an object, because the notice of a change does not know its request. */
function rememberTraceHeader(traceHeaders: Map<string, string>, request: FauxqsRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  const traceHeader = traceHeaderOf(request);
  traceHeaders.delete(name);
  if (traceHeader !== undefined) rememberBounded(traceHeaders, name, traceHeader);
}

/** The bucket of a `PUT` or `GET /<bucket>?notification`; undefined for every other request. */
function notificationBucket({ method, url }: FauxqsRequest): string | undefined {
  if (method !== 'PUT' && method !== 'GET') return undefined;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, bucket, ...rest] = pathname.split('/');
  if (!searchParams.has('notification') || bucket === undefined || rest.join('') !== '') return undefined;
  return decodeURIComponent(bucket);
}

function eventNameOf(status: S3ChangeEvent['status']): string | undefined {
  if (status === 'uploaded') return 'ObjectCreated:Put';
  if (status === 'copied') return 'ObjectCreated:Copy';
  return status === 'deleted' ? 'ObjectRemoved:Delete' : undefined;
}

/** Version 2.1 of the notification (S3 user guide, "Event message structure"). */
function s3Event(
  door: FauxqsDoor,
  { bucket, key, timestamp }: S3ChangeEvent,
  { eventName, id, region }: { readonly eventName: string; readonly id: string; readonly region: string },
): object {
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(timestamp).toISOString(),
        eventName,
        userIdentity: { principalId: 'LAMBDAKIT' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': randomUUID() },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: id,
          bucket: { name: bucket, ownerIdentity: { principalId: 'LAMBDAKIT' }, arn: `arn:aws:s3:::${bucket}` },
          object: { key: encodeKey(key), ...sizeAndTag(door, bucket, key, eventName), sequencer: sequencer(timestamp) },
        },
      },
    ],
  };
}

/** Keys are URL-encoded in events, with `+` for a blank and `/` left alone (same page). */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

function sizeAndTag(door: FauxqsDoor, bucket: string, key: string, eventName: string): object {
  if (eventName.startsWith('ObjectRemoved')) return {};
  const { contentLength, etag } = door.s3.headObject(bucket, key);
  return { size: contentLength, eTag: etag.replaceAll('"', '') };
}

/** Hexadecimal text that grows with time. */
function sequencer(timestampMs: number): string {
  return `00${Math.trunc(timestampMs).toString(16).toUpperCase().padStart(16, '0')}`;
}
