/**
 * The headers of a record in the order they stand, which Kafka keeps; names repeat. Null is no value, which an empty one is
 * not (https://cwiki.apache.org/confluence/display/KAFKA/KIP-82+-+Add+Record+Headers).
 */
export type RecordHeaders<Value = Buffer | null> = readonly (readonly [name: string, value: Value])[];

/** Stands for no value where kafkajs measures a header: it cannot measure null. */
export const NO_VALUE = Buffer.alloc(0);

/** What kafkajs takes for the headers of a message to send. */
export interface KafkaJsHeaders {
  [name: string]: (Buffer | string)[];
}

/**
 * kafkajs takes an object of headers, in which those of one name stand together and names that look like numbers come first.
 * Of a list in it it asks one thing, to be mapped to headers of the list's name; this list answers with all of them.
 */
export function toKafkaJsHeaders(headers: RecordHeaders<Buffer | string | null>): KafkaJsHeaders {
  if (headers.length === 0) return {};
  const list: unknown[] = [];
  list.map = (() => headers.map(([key, value]) => ({ key, value: value ?? NO_VALUE }))) as typeof list.map;
  return { '': list as string[] };
}
