import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { timerMs } from '../../shared/time';
import type { HttpApiModel } from '../model';
import { type ApiDependencies, type ApiHandler, createApiHandler } from './api-handler';
import { type Door, refusal } from './door';
import { readRequest } from './request';
import { type GatewayResponse, gatewayError } from './response';

/** An HTTP API's limits (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html), in bytes. */
const BODY_LIMIT = 10 * 1024 * 1024;
const HEADER_LIMIT = 10_240;
/** Longer than clients keep their idle connections, so that it is they who hang up. */
const KEEP_ALIVE_MS = 75_000;
const DEFAULT_DRAIN_MS = 5_000;

export class GatewayError extends Error {
  readonly code: 'PORT_IN_USE' | 'PORT_FORBIDDEN' | 'LISTEN_FAILED';

  constructor(code: GatewayError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }
}

export interface GatewayOptions extends Omit<ApiDependencies, 'log'> {
  readonly apis: readonly HttpApiModel[];
  /** The first API's; the next ones have the ports after it. */
  readonly port: number;
  readonly host?: string;
  /** Host names that requests may be for, beyond those of loopback: of a tunnel, or `host.docker.internal`. */
  readonly allowedHosts?: readonly string[];
  readonly log?: ApiDependencies['log'];
}

export interface Gateway {
  /** Of the first API. */
  readonly url: string;
  readonly apis: readonly { readonly name: string; readonly id: string; readonly url: string }[];
  /** Takes no more requests, lets those in flight end for `drainMs` at most, then closes. */
  close(drainMs?: number): Promise<void>;
}

const tooLarge = gatewayError(413, 'Request Entity Too Large');

/** The body, or undefined when it is over the limit: then the rest of it is read and thrown away. */
const readBody = (message: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
      else resolve(undefined);
    });
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)));
    message.on('error', reject);
    message.on('close', () => reject(new Error('the client went away')));
  });

const send = (response: ServerResponse, { status, headers, body }: GatewayResponse, requestId?: string): void => {
  if (response.destroyed || response.headersSent) return;
  const bare = status === 204 || status === 304;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, {
    ...headers,
    ...(bare ? {} : { 'content-length': length }),
    ...(requestId === undefined ? {} : { 'apigw-requestid': requestId }),
  } as Record<string, string>);
  response.end(bare ? undefined : body);
};

const declaresTooMuch = (message: IncomingMessage): boolean =>
  Number(message.headers['content-length'] ?? 0) > BODY_LIMIT;

const serve = async (handler: ApiHandler, message: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (declaresTooMuch(message)) {
    message.resume();
    return send(response, tooLarge);
  }
  const body = await readBody(message);
  if (body === undefined) return send(response, tooLarge);
  const request = readRequest(message, body);
  if (request === undefined) return send(response, gatewayError(400, 'Bad Request'));
  send(response, await handler(request), request.id);
};

const turnAway = (refused: GatewayResponse, message: IncomingMessage, response: ServerResponse): void => {
  message.resume();
  send(response, { ...refused, headers: { ...refused.headers, connection: 'close' } });
};

const refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, reason] =
    error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request'];
  const body = JSON.stringify({ message: reason });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
};

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const known = {
        EADDRINUSE: ['PORT_IN_USE', `Port ${port} is in use: stop what listens there, or choose another port`],
        EACCES: ['PORT_FORBIDDEN', `Port ${port} may not be opened by this user: choose one above 1023`],
      } as const;
      const [code, message] = known[cause.code as keyof typeof known] ?? [
        'LISTEN_FAILED',
        `Port ${port} of ${host} cannot be opened: ${cause.message}`,
      ];
      reject(new GatewayError(code, message, { cause }));
    });
    server.listen(port, host, resolve);
  });

interface ApiPort {
  readonly handler: ApiHandler;
  readonly door: Door;
  readonly port: number;
  readonly host: string;
  readonly log: (line: string) => void;
}

const startApi = async ({ handler, door, port, host, log }: ApiPort) => {
  let closing = false;
  const answer: ApiHandler = async (request) => {
    const response = await handler(request);
    // Said only now, since closing may have begun while the function ran: idle connections would hold it up.
    return closing ? { ...response, headers: { ...response.headers, connection: 'close' } } : response;
  };
  /** Connections that end with a refusal: what was sent behind it may be meant for somebody else, and is not read. */
  const ending = new WeakSet<Socket>();
  const onRequest = (message: IncomingMessage, response: ServerResponse) => {
    if (ending.has(message.socket)) return;
    const refused = refusal(message, door);
    if (refused !== undefined) {
      ending.add(message.socket);
      return turnAway(refused, message, response);
    }
    serve(answer, message, response).catch((error: unknown) => {
      if (response.destroyed) return;
      // A header that no HTTP message may have; the rest of what fails has an answer already.
      log(`${message.method} ${message.url}: ${error instanceof Error ? error.message : error}`);
      send(response, gatewayError(500, 'Internal Server Error'));
    });
  };
  const server = createServer({ maxHeaderSize: HEADER_LIMIT, keepAliveTimeout: KEEP_ALIVE_MS }, onRequest);
  server.on('checkContinue', (message: IncomingMessage, response: ServerResponse) => {
    if (!declaresTooMuch(message) && refusal(message, door) === undefined) response.writeContinue();
    onRequest(message, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!ending.has(socket)) refuse(error, socket);
  });
  await listen(server, port, host);
  const close = (drainMs: number): Promise<void> => {
    closing = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), timerMs(drainMs));
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    });
  };
  const address = server.address();
  return { close, port: typeof address === 'object' && address !== null ? address.port : port };
};

/**
 * Serves HTTP APIs as API Gateway does, on loopback. Port 0 takes any free one.
 *
 * @throws GatewayError when a port cannot be had; nothing is left listening then.
 */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { apis, port, host = '127.0.0.1', log = () => {}, functions, invoke, authorize } = options;
  const hosts = (options.allowedHosts ?? []).map((name) => name.toLowerCase());
  const dependencies = { functions, invoke, log, ...(authorize === undefined ? {} : { authorize }) };
  const running: Awaited<ReturnType<typeof startApi>>[] = [];
  const closeAll = async (drainMs: number) => void (await Promise.all(running.map(({ close }) => close(drainMs))));
  try {
    for (const [i, api] of apis.entries()) {
      const handler = createApiHandler(api, dependencies);
      const door = { hosts, cors: api.cors };
      running.push(await startApi({ handler, door, port: port === 0 ? 0 : port + i, host, log }));
    }
  } catch (error) {
    await closeAll(0);
    throw error;
  }
  const shown = host === '127.0.0.1' ? 'localhost' : host;
  const urls = apis.map(({ name, id }, i) => ({ name, id, url: `http://${shown}:${running[i]?.port ?? port + i}` }));
  return {
    url: urls[0]?.url ?? `http://${shown}:${port}`,
    apis: urls,
    close: (drainMs = DEFAULT_DRAIN_MS) => closeAll(drainMs),
  };
};
