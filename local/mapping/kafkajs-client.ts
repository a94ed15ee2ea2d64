import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs';
import { mendKafkaJs } from '../../shared/kafkajs-mends';
import { mendFetch } from './kafkajs-fetch';

mendFetch();
mendKafkaJs();

export interface KafkaClientOptions {
  /** `host:port,host:port` */
  readonly brokers: string;
  readonly clientId: string;
  /** Most retries of one request before kafkajs gives it up. */
  readonly retries: number;
  /** Once aborted no connection is opened any more, which ends whatever is still being retried. */
  readonly signal?: AbortSignal;
}

/** kafkajs as the runner uses it: quiet, every codec readable, retries close together because the broker is near. */
export function createKafka({ brokers, clientId, retries, signal }: KafkaClientOptions): Kafka {
  return new Kafka({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 10_000,
    retry: { retries, initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 1.5, factor: 0.2 },
    logLevel: logLevel.NOTHING,
    socketFactory: socketsUntil(signal),
  });
}

/** No broker answers at the address. */
export class KafkaAwayError extends Error {
  readonly code = 'KAFKA_AWAY';
  readonly retriable = true;
  constructor(brokers: string, cause: unknown) {
    super(`Kafka does not answer at ${brokers}: is the system up? Start it with \`npm start\`.`, { cause });
  }
}

/** @throws KafkaAwayError when connecting fails */
export async function reachable(brokers: string, connect: () => Promise<void>): Promise<void> {
  try {
    await connect();
  } catch (error) {
    throw new KafkaAwayError(brokers, error);
  }
}

/** Without Nagle's algorithm, which would hold a commit back behind an unanswered fetch. */
function socketsUntil(signal: AbortSignal | undefined): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    // An error would count as one more failed attempt, to be followed by the next; what has no message ends the retries.
    if (signal?.aborted) throw null;
    const socket = ssl ? connectTls({ host, port, ...ssl }, onConnect) : connectPlain({ host, port }, onConnect);
    return socket.setKeepAlive(true, 60_000).setNoDelay(true);
  };
}
