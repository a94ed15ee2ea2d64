import type { KafkaJsClientOptions } from './kafkajs-client';

/** What every function that talks to Kafka is told: brokers as `host:port,host:port`, and `iam` or `none`. */
export const kafkaEnvironment = ['KAFKA_BROKERS', 'KAFKA_AUTH'] as const;

/**
 * @throws Error when KAFKA_AUTH is neither `iam` nor `none`.
 */
export function kafkaClientOptions(
  env: Readonly<Record<(typeof kafkaEnvironment)[number], string>>,
  clientId: string,
): KafkaJsClientOptions {
  const auth = env.KAFKA_AUTH;
  if (auth !== 'iam' && auth !== 'none') throw new Error(`KAFKA_AUTH is iam or none, not ${auth}`);
  return { brokers: env.KAFKA_BROKERS.split(','), auth, clientId };
}
