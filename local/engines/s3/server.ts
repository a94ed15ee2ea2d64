import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { strangerRefusal } from '../loopback-door';
import type { Answer } from './answer';
import { createBucket, deleteBucket, describeBucket, headBucket, listBuckets } from './bucket-operations';
import { listObjects } from './listing';
import { abortUpload, beginUpload, completeUpload, listParts, listUploads, putPart } from './multipart';
import { deleteObject, deleteObjects, getObject, putObject } from './object-operations';
import { readRequest, type S3Request } from './request';
import { notImplemented, S3Error } from './s3-error';
import type { Store } from './store';
import { xml } from './xml';

type Operation = (request: S3Request) => Promise<Answer | undefined> | Answer;

/** Longer than clients keep an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 15 * 60_000;

/** The part of S3's HTTP API that applications use, by path, over a store; whoever reaches it is let in. */
export function createObjectServer(store: Store, onFault: (error: unknown) => void): Server {
  const server = createServer(async (message, response) => {
    try {
      const refused = strangerRefusal(message);
      if (refused !== undefined) throw new S3Error(403, 'AccessDenied', refused);
      const request = readRequest(store, message, response);
      const answer = await operationOf(request)(request);
      if (answer !== undefined) send(message, response, answer);
    } catch (error) {
      // A client that went away reads no answer.
      if (message.destroyed && !message.complete) return;
      if (!(error instanceof S3Error)) onFault(error);
      refuse(message, response, error);
    }
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

function operationOf({ method, bucket, key, query, header }: S3Request): Operation {
  const has = (name: string) => query.has(name);
  if (bucket === '') {
    if (method === 'GET') return listBuckets;
  } else if (key === '') {
    if (method === 'PUT') return createBucket;
    if (method === 'HEAD') return headBucket;
    if (method === 'DELETE') return deleteBucket;
    if (method === 'POST' && has('delete')) return deleteObjects;
    if (method === 'GET' && has('uploads')) return listUploads;
    if (method === 'GET' && (has('location') || has('versioning'))) return describeBucket;
    if (method === 'GET') return listObjects;
  } else {
    if (method === 'POST' && has('uploads')) return beginUpload;
    if (method === 'POST' && has('uploadId')) return completeUpload;
    if (method === 'PUT') return has('uploadId') ? putPart : putObject;
    if (method === 'DELETE') return has('uploadId') ? abortUpload : deleteObject;
    if (method === 'GET' && has('uploadId')) return listParts;
    if (method === 'GET' || method === 'HEAD') return getObject;
  }
  const form = method === 'POST' && /^multipart\/form-data/.test(header('content-type') ?? '');
  throw notImplemented(form ? 'uploads by a form' : `${method} of that`);
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status = 200, headers = {}, document }: Answer,
): void {
  const body = document === undefined ? '' : xml(...document);
  response.writeHead(status, {
    ...headers,
    ...(document && { 'content-type': 'application/xml' }),
    ...(status !== 204 && status !== 304 && { 'content-length': String(Buffer.byteLength(body)) }),
    'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
  });
  response.end(message.method === 'HEAD' ? undefined : body);
}

function refuse(message: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  // What was not read of the body would be taken for the next request.
  if (!message.complete) response.shouldKeepAlive = false;
  message.resume();
  const {
    status,
    code,
    message: text,
  } = error instanceof S3Error
    ? error
    : new S3Error(500, 'InternalError', `The embedded object store failed: ${error}`);
  send(message, response, {
    status,
    document: ['Error', { Code: code, Message: text, Resource: message.url ?? '/' }],
  });
}
