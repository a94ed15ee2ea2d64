import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { FatalRecordError } from '../errors';
import type { Consumer } from './consume';
import { toAttributes } from './dynamo/attributes';
import type { KafkaEvent, RecordIdentifier } from './event';
import { KEPT_SECONDS } from './kept-seconds';

/** Counts how often a record was alone with an execution environment that had just started. */
export interface Suspects {
  /** Adds one, and returns the count. */
  count(record: RecordIdentifier): Promise<number>;
  /** Begins again at none. */
  clear(record: RecordIdentifier): Promise<void>;
}

const KILLS = 3;

/**
 * Recognises a record that kills its environment: by memory, by an endless loop, by `process.exit`. The event carries no
 * count of its deliveries, so one is stored, but only where it can matter: bisecting isolates such a record in a batch of
 * one, and it never meets an environment twice. So a batch of one in a fresh environment is counted before it is processed;
 * an environment that lives to answer clears the count, whatever the answer; and after three in a row that did not the record goes to
 * the dead letters instead.
 *
 * @returns what does an invocation's work, with the consumer to use for it
 */
export function watchForKillers<E>(consumer: Consumer<E>, suspects: Suspects) {
  let fresh = true;
  return async <T>(event: KafkaEvent, work: (consumer: Consumer<E>) => Promise<T>): Promise<T> => {
    const alone = fresh ? onlyRecord(event) : undefined;
    fresh = false;
    if (!alone) return work(consumer);
    // A table that is away must not hold up a record that may be innocent.
    const count = await suspects.count(alone).catch(() => 0);
    if (count > KILLS) return work({ ...consumer, split: () => refuse(count - 1) });
    const answer = await work(consumer);
    if (count > 0) await suspects.clear(alone).catch(() => {});
    return answer;
  };
}

function refuse(kills: number): never {
  throw new FatalRecordError('environment_killed', `Its processing ended ${kills} execution environments`, {
    attempts: kills,
  });
}

function onlyRecord(event: KafkaEvent): RecordIdentifier | undefined {
  const [[partition, records] = [], ...others] = Object.entries(event.records ?? {});
  const [record, ...more] = records ?? [];
  return partition && record && others.length + more.length === 0 ? { partition, offset: record.offset } : undefined;
}

/** Counts in rows of the consumer's own table: `suspect#orders-0@17`, with a time to live. */
export function createDynamoSuspects(
  client: DynamoDBClient,
  table: string,
  [partitionKey, sortKey]: readonly [string, string] = ['pk', 'sk'],
): Suspects {
  const update = (record: RecordIdentifier, expression: string, kills: number) =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: toAttributes({ [partitionKey]: `suspect#${record.partition}@${record.offset}`, [sortKey]: 'kills' }),
        UpdateExpression: expression,
        ExpressionAttributeValues: toAttributes({
          ':kills': kills,
          ':expires': Math.floor(Date.now() / 1_000) + KEPT_SECONDS,
        }),
        ReturnValues: 'UPDATED_NEW',
      }),
    );
  return {
    async count(record) {
      const answer = await update(record, 'ADD kills :kills SET expires_at = :expires', 1);
      return Number(answer.Attributes?.kills?.N);
    },
    // Not one less: a call whose answer was lost may have counted twice.
    async clear(record) {
      await update(record, 'SET kills = :kills, expires_at = :expires', 0);
    },
  };
}
