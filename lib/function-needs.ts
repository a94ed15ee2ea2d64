/** The vocabulary of topology.ts: what can be said of a topic, a table, a bucket and a function. */

export interface Topic {
  /** The field of the value that is the record's key: order holds among records of one key. */
  readonly key: string;
  readonly partitions: number;
  /** Milliseconds a record is kept; absent on a compacted topic. */
  readonly retentionMs?: number;
  readonly compacted?: boolean;
  /** Written by others than our functions: the broker then says when a record came, and not its producer. */
  readonly open?: boolean;
  /** Largest record batch the topic takes, in bytes. */
  readonly maxMessageBytes: number;
}

export interface Table {
  readonly holds: string;
  /** Names of the partition and the sort attribute, both text. */
  readonly key: readonly [partition: string, sort: string];
  /** Global secondary indexes with all attributes, by name: their partition and sort attribute, both text. */
  readonly indexes?: Readonly<Record<string, readonly [partition: string, sort: string]>>;
  /** Whether rows leave at the epoch second in their `expires_at`. */
  readonly expires?: boolean;
}

export interface Bucket {
  readonly holds: string;
}

interface Schedule {
  /** `cron(15 0 * * ? *)` or `rate(5 minutes)`: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
  /** IANA name, `Europe/Berlin`; absent: UTC. */
  readonly timezone?: string;
}

/** What a function may touch, and how it runs. Its code is lambdas/<name>/handler.ts. */
export interface FunctionNeeds<TopicName = string, TableName = string, BucketName = string> {
  /** What it does, in a line, for the diagram and the documents. */
  readonly does: string;
  /** Topics it writes to; each comes as `<TOPIC>_TOPIC`. */
  readonly writes?: readonly TopicName[];
  /** Tables it reads and writes; each comes as `<TABLE>_TABLE`. */
  readonly owns?: readonly TableName[];
  /** Tables it only reads, named likewise. */
  readonly consults?: readonly TableName[];
  /** Buckets it puts objects into and reads; each comes as `<BUCKET>_BUCKET`. */
  readonly fills?: readonly BucketName[];
  /** Buckets it only reads, named likewise. */
  readonly fetches?: readonly BucketName[];
  readonly schedule?: Schedule;
  /** Whether it calls addresses on the internet: it then stands in subnets with a way out, which a stage must have. */
  readonly outbound?: boolean;
  /** Names or ARNs of secrets it reads. */
  readonly secrets?: readonly string[];
  /** Further variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** MB; 512 when absent. CPU grows with it: 1769 is one core. */
  readonly memoryMb?: number;
  /** Seconds, under 14 minutes for a consumer; 60 when absent. */
  readonly timeoutSeconds?: number;
  /** Most environments at once (reserved concurrency); what bounds a consumer are its topics' partitions. */
  readonly concurrency?: number;
}

/**
 * Where a consumer group begins that has committed nothing yet; every other goes on where it stopped.
 *
 * - `TRIM_HORIZON`: with the oldest record that Kafka keeps. For what holds a state or an archive, which must know all, and
 *   absorbs repeats anyway.
 * - An instant, `2026-11-25T12:00:00Z` (Lambda's AT_TIMESTAMP): with the first record of that time or later. For what has an
 *   effect outside, such as messages to people, who must not hear of all the past. Name the time of the first deployment: it
 *   may not lie in the future.
 * - `LATEST`: with what comes once the pollers run. That is minutes after the mapping was made, and what came in between is
 *   skipped, so only for what nobody misses:
 *   https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html
 */
export type Start = 'TRIM_HORIZON' | 'LATEST' | `${number}-${string}T${string}Z`;

export interface Subscription<TopicName = string> {
  readonly topic: TopicName;
  /** Must be unique across mappings; the consumer's first subscription carries its plain group name. */
  readonly group: string;
  readonly batchSize: number;
  /** Where its group begins; `TRIM_HORIZON` when absent. */
  readonly startsAt?: Start;
  /** Seconds; absent means Lambda's 500 ms default, 0 the lowest latency. */
  readonly batchingWindow?: number;
  /** Patterns on the record's value, any of which lets it in; a value that is not JSON is then dropped unseen. */
  readonly only?: readonly Readonly<Record<string, unknown>>[];
  /** Seconds it would take to catch up that raise the alarm; 300 when absent. */
  readonly lagAlarmSeconds?: number;
}

export interface Consumer<TopicName = string, TableName = string, BucketName = string>
  extends FunctionNeeds<TopicName, TableName, BucketName> {
  readonly reads: readonly Subscription<TopicName>[];
  /** Topics it must tell from the others it reads; each comes as `<TOPIC>_TOPIC`. */
  readonly knows?: readonly TopicName[];
  /** Comes as `DEAD_LETTER_TOPIC`. */
  readonly deadLetters: TopicName;
}
