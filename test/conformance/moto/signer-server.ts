import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';

/** How a job ends; `never` leaves it in progress. */
export type JobEnd =
  | { readonly status: 'Succeeded' | 'never' }
  | { readonly status: 'Failed'; readonly reason: string };

export interface SignerOptions {
  /** Where the packages are read from and written to. */
  readonly s3Endpoint: string;
  readonly endOf?: () => JobEnd;
  /** Refuses a request, before anything is done. */
  readonly refuse?: (
    operation: string,
  ) => { readonly status: number; readonly code: string; readonly message: string } | undefined;
  /** Cuts the line when the request is done and its answer is under way. */
  readonly loses?: (operation: string) => boolean;
}

interface Job {
  readonly jobId: string;
  readonly request: StartRequest;
  readonly signedKey: string;
  looks: number;
}

interface StartRequest {
  readonly source: { readonly s3: { readonly bucketName: string; readonly key: string; readonly version: string } };
  readonly destination: { readonly s3: { readonly bucketName: string; readonly prefix: string } };
  readonly profileName: string;
  readonly clientRequestToken: string;
}

/**
 * AWS Signer as its API reference describes it: POST /signing-jobs and GET /signing-jobs/{jobId} over HTTP. It reads the
 * version of the object that it is told, puts a signed copy below the prefix, and answers InProgress once.
 */
export async function startSigner({
  s3Endpoint,
  endOf = () => ({ status: 'Succeeded' }),
  refuse,
  loses,
}: SignerOptions) {
  const s3 = new S3Client({
    endpoint: s3Endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'signer', secretAccessKey: 'signer' },
  });
  const jobs = new Map<string, Job>();
  const operations: string[] = [];
  const start = async (body: string): Promise<object> => {
    const request = JSON.parse(body) as StartRequest;
    const known = [...jobs.values()].find(
      ({ request: { clientRequestToken } }) => clientRequestToken === request.clientRequestToken,
    );
    if (known !== undefined) return { jobId: known.jobId, jobOwner: OWNER };
    const { bucketName, key, version } = request.source.s3;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key, VersionId: version }));
    const jobId = randomUUID();
    const { destination } = request;
    const signedKey = `${destination.s3.prefix}${jobId}.zip`;
    const signed = withComment(Buffer.from(await Body!.transformToByteArray()), `signed by ${request.profileName}`);
    if (endOf().status === 'Succeeded')
      await s3.send(new PutObjectCommand({ Bucket: destination.s3.bucketName, Key: signedKey, Body: signed }));
    jobs.set(jobId, { jobId, request, signedKey, looks: 0 });
    return { jobId, jobOwner: OWNER };
  };
  const describe = (jobId: string): object => {
    const job = jobs.get(jobId)!;
    const { request, signedKey } = job;
    const facts = { jobId, jobOwner: OWNER, source: request.source, profileName: request.profileName };
    const end = endOf();
    if (job.looks++ === 0 || end.status === 'never') return { ...facts, status: 'InProgress' };
    if (end.status === 'Failed') return { ...facts, status: 'Failed', statusReason: end.reason };
    const signedObject = { s3: { bucketName: request.destination.s3.bucketName, key: signedKey } };
    return { ...facts, status: 'Succeeded', signedObject };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const jobId = /^\/signing-jobs\/([^/?]+)$/.exec(request.url ?? '')?.[1];
    const operation =
      request.method === 'POST' && request.url === '/signing-jobs' ? 'StartSigningJob' : 'DescribeSigningJob';
    operations.push(operation);
    const refused = refuse?.(operation);
    if (refused !== undefined) {
      response.writeHead(refused.status, { 'content-type': 'application/json', 'x-amzn-errortype': refused.code });
      response.end(JSON.stringify({ code: refused.code, message: refused.message }));
      return;
    }
    const document = jobId === undefined ? await start(body) : describe(jobId);
    if (loses?.(operation) === true) {
      request.socket.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document));
  };
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'application/json', 'x-amzn-errortype': 'ValidationException' });
      response.end(JSON.stringify({ message: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    s3.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    jobs: () => [...jobs.values()].map(({ request }) => request),
    operations,
  };
}

const OWNER = '123456789012';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The same archive with a comment at its end: other bytes, and the entries are the same. */
function withComment(archive: Buffer, comment: string): Buffer {
  const signed = Buffer.concat([archive, Buffer.from(comment)]);
  signed.writeUInt16LE(Buffer.byteLength(comment), archive.length - 2);
  return signed;
}
