import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { mendKafkaJs } from '../../shared/kafkajs-mends';

mendKafkaJs();

export interface KafkaJsClientOptions {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** `iam`: TLS and SASL/OAUTHBEARER with the function's own identity; `none`: plain text, for a laptop. */
  readonly auth: 'iam' | 'none';
  readonly clientId: string;
  /** Milliseconds for TCP, TLS and SASL together; kafkajs's own 1,000 is too short for a cold start (kafkajs #1435). */
  readonly connectionTimeoutMs?: number;
  /** Milliseconds until a request without an answer fails. */
  readonly requestTimeoutMs?: number;
}

/** A kafkajs client whose sockets can be cut at once. */
export interface KafkaJsClient {
  readonly kafka: Kafka;
  /** Destroys every socket and lets no new one be opened: what is in flight fails now, and nothing is sent later. */
  cut(): void;
}

/**
 * Makes a client that never retries by itself: kafkajs nests its retries (connect within metadata within send), which
 * makes their time unbounded; whoever uses it decides when to try again.
 */
export function createKafkaJsClient(options: KafkaJsClientOptions): KafkaJsClient {
  const sockets = new Set<Socket>();
  let isCut = false;

  const socketFactory: NonNullable<KafkaConfig['socketFactory']> = ({ host, port, ssl, onConnect }) => {
    if (isCut) throw new Error('this client was given up');
    const socket = ssl
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, 60_000).setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      // kafkajs listens for `end` and `error` only: without this it would wait for answers on a socket that is gone.
      socket.emit('end');
    });
    return socket;
  };

  const kafka = new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ...(options.auth === 'iam' && { ssl: true, sasl: { mechanism: 'oauthbearer', oauthBearerProvider } }),
    connectionTimeout: options.connectionTimeoutMs ?? 3_000,
    authenticationTimeout: options.connectionTimeoutMs ?? 3_000,
    requestTimeout: options.requestTimeoutMs ?? 3_000,
    retry: { retries: 0 },
    socketFactory,
    // It logs each broken connection as an error; what that means is known one level up.
    logLevel: logLevel.NOTHING,
  });

  return {
    kafka,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy(new Error('the connection was given up'));
    },
  };
}

/** Loaded when it is needed: the plain path does not pay for the signer. */
async function oauthBearerProvider() {
  const { createIamToken } = await import('./iam-token');
  const region = process.env.AWS_REGION;
  if (!region) throw new Error('KAFKA_AUTH=iam needs AWS_REGION; Lambda sets it, elsewhere export it');
  return { value: await createIamToken({ region }) };
}
