/**
 * The event Lambda's Kafka event source mapping delivers, as it really is: keys and values may be absent or null, header
 * values are arrays of signed bytes (https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event).
 */
export interface KafkaEvent {
  readonly eventSource: 'aws:kafka' | 'SelfManagedKafka';
  /** MSK only. */
  readonly eventSourceArn?: string;
  /** `host:port,host:port` */
  readonly bootstrapServers: string;
  /** By `topic-partition`, each in offset order. */
  readonly records: Readonly<Record<string, readonly KafkaEventRecord[]>>;
}

export interface KafkaEventRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  /** Base64. */
  readonly key?: string | null;
  /** Base64; null is a tombstone. */
  readonly value?: string | null;
  /** One header an entry, in their order; names repeat; bytes −128…127, null for a header without a value. */
  readonly headers?: readonly Readonly<Record<string, readonly number[] | null>>[] | null;
}

export interface RecordIdentifier {
  /** `topic-partition` */
  readonly partition: string;
  readonly offset: number;
}

/** The answer under ReportBatchItemFailures (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html). */
export interface KafkaBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: RecordIdentifier }[];
}
