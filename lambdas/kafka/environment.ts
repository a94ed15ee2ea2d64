/** What every function that talks to Kafka is told: brokers as `host:port,host:port`, and `iam` or `none`. */
export const kafkaEnvironment = ['KAFKA_BROKERS', 'KAFKA_AUTH'] as const;
