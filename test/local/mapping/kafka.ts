import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import { connectAdmin, type KafkaAdmin } from '../../../local/mapping/kafkajs-admin';
import { createKafka } from '../../../local/mapping/kafkajs-client';
import { type MappingOptions, type RunningMapping, startMapping } from '../../../local/mapping/mapping';
import type { MappingModel } from '../../../local/model';
import type { InvocationResult } from '../../../local/runtime/invoker';
import { engines } from '../../engines';
import { aFunction, aMapping } from './builders';

export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/** What a function is told and answers, in the test's own process. */
export type Handler = (records: readonly SeenRecord[], payload: string) => Promise<unknown> | unknown;

export const failures = (topic: string, records: readonly SeenRecord[]) => ({
  batchItemFailures: records.map(({ partition, offset }) => ({
    itemIdentifier: { partition: `${topic}-${partition}`, offset },
  })),
});

/** A real broker for one test file: fresh topics, mappings that are closed in the end. */
export function aKafka(address = () => engines().kafka) {
  let admin: KafkaAdmin;
  let brokers = '';
  const mappings: RunningMapping[] = [];
  const kafka = () => createKafka({ brokers, clientId: 'test', retries: 5 });

  beforeAll(async () => {
    brokers = address();
    admin = await connectAdmin(brokers);
  });
  afterEach(async () => {
    await Promise.all(mappings.splice(0).map((mapping) => mapping.close()));
  });
  afterAll(() => admin.close());

  const topic = async (partitions = 1, configs: Readonly<Record<string, string>> = {}) => {
    const name = `t-${randomUUID()}`;
    const origin = { stack: 'Test', logicalId: 'Test', path: 'Test' };
    await admin.applyTopics([{ origin, name, partitions, replicationFactor: 1, configs }]);
    return name;
  };

  /** Sends values to partition 0, or to the one given. */
  const send = async (name: string, values: readonly (string | null)[], partition = 0, key: string | null = null) => {
    const producer = kafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: name, acks: -1, messages: values.map((value) => ({ key, value, partition })) });
    await producer.disconnect();
  };

  /** Starts a mapping on a function that is a handler here; a throw is a function error. */
  const map = (
    name: string,
    handler: Handler,
    over: Partial<MappingModel> = {},
    options: Partial<MappingOptions> = {},
  ) => {
    const invoke = async (payload: string): Promise<InvocationResult> => {
      const event = JSON.parse(payload) as {
        records: Record<string, { partition: number; offset: number; value: string }[]>;
      };
      const records = Object.values(event.records)
        .flat()
        .map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value ?? '', 'base64').toString() }));
      try {
        return { ok: true, payload: JSON.stringify((await handler(records, payload)) ?? null) };
      } catch (error) {
        const document = { errorType: 'Error', errorMessage: (error as Error).message };
        return { ok: false, kind: 'unhandled', payload: JSON.stringify(document) };
      }
    };
    const mapping = startMapping({
      mapping: aMapping({ topic: name, groupId: `g-${randomUUID()}`, ...over }),
      fn: aFunction(),
      invoker: { invoke: (_fn, payload) => invoke(payload) },
      brokers,
      log: () => {},
      ...options,
    });
    mappings.push(mapping);
    return mapping;
  };

  /** Resolves once the group has committed this offset of partition 0. */
  const committed = async (groupId: string, name: string, offset: number, partition = 0): Promise<void> => {
    for (;;) if ((await admin.committed(groupId, name)).get(partition) === offset) return;
  };

  return { topic, send, map, committed, kafka, admin: () => admin, brokers: () => brokers };
}

/** Collects records, and resolves when it has seen enough. */
export function aCollector() {
  const seen: SeenRecord[] = [];
  const seekers: { enough: (seen: readonly SeenRecord[]) => boolean; found: () => void }[] = [];
  return {
    seen,
    values: () => seen.map(({ value }) => value),
    add(records: readonly SeenRecord[]) {
      seen.push(...records);
      for (const { enough, found } of seekers) if (enough(seen)) found();
    },
    until: (enough: (seen: readonly SeenRecord[]) => boolean): Promise<void> =>
      enough(seen) ? Promise.resolve() : new Promise((found) => seekers.push({ enough, found })),
  };
}

export const distinct = (count: number) => (seen: readonly SeenRecord[]) =>
  new Set(seen.map(({ partition, offset }) => `${partition}@${offset}`)).size >= count;

/** A promise and its settling, for handlers that a test holds up. */
export function aGate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
