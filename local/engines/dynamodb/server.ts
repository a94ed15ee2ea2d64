import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { strangerRefusal } from '../loopback-door';
import type { Input } from './actions';
import { isApiError, serviceError } from './errors';
import { findOperation } from './operations';
import type { Store } from './store';

const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
const JSON_TYPES = ['application/x-amz-json-1.0', 'application/json'];
/** Longer than clients keep an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 15 * 60_000;

/** DynamoDB's HTTP API over a store. An answer is given when all it tells of would outlive the process. */
export function createDynamodbServer(store: Store, onFault: (error: unknown) => void): Server {
  const server = createServer((request, response) => {
    answer(store, request).then(
      (body) => send(response, 200, body),
      (error) => {
        if (isApiError(error)) return send(response, error.statusCode, error.body);
        onFault(error);
        const message = `The embedded engine failed: ${error instanceof Error ? error.message : error}`;
        return send(response, 500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message });
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function answer(store: Store, request: IncomingMessage): Promise<unknown> {
  const refused = strangerRefusal(request);
  if (refused !== undefined) throw serviceError('AccessDeniedException', refused);
  if (request.method === 'GET') return 'healthy: dynamodb.us-east-1.amazonaws.com ';
  const body = await readBody(request);
  const type = request.headers['content-type']?.split(';')[0]?.trim() ?? '';
  if (request.method !== 'POST' || !JSON_TYPES.includes(type)) throw serviceError('UnknownOperationException');
  const operation = findOperation(String(request.headers['x-amz-target'] ?? ''));
  if (!request.headers.authorization?.startsWith('AWS4-')) {
    throw serviceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const input = parse(body);
  try {
    const result = operation(store, input);
    return result instanceof Promise ? await result : result;
  } finally {
    // Also a refusal may be due to a write that is not with the disk yet.
    const written = store.ledger.written();
    if (written) await written;
  }
}

function parse(body: string): Input {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // Said below.
  }
  throw serviceError('SerializationException');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw serviceError('RequestEntityTooLargeException');
    chunks.push(chunk);
  }
  return chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.0',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': randomBytes(26).toString('hex').toUpperCase(),
    'x-amz-crc32': crc32(text),
  });
  response.end(text);
}
