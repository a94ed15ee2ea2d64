import { abortIn } from '../../shared/time';
import { DependencyError, FatalRecordError } from '../errors';
import type { Consumer, Effect } from '../kafka/consume';
import { type ConsumedRecord, position } from '../kafka/record';
import { retryWithin } from '../kafka/retry';
import { runBounded } from '../kafka/run-bounded';
import type { NewObject, ObjectStore } from '../objects/object-store';
import { archiveObject, contiguousRuns, holdsSameRecords } from './archive-object';

const OBJECTS_AT_ONCE = 8;

/**
 * Keeps every record of its topics, whatever is in it: no schema. A record belongs to the object that names its offset, and
 * an object is never written twice, so that a repeat changes nothing; one with other cuts holds the same records once more.
 * The only dead letters are records whose name is taken by others: those of a topic that was made anew.
 */
export function createAudit(store: ObjectStore): Consumer<ConsumedRecord> {
  return {
    name: 'audit',
    // A key each: no record of the archive waits for another.
    split: (record) => [{ key: position(record), id: String(record.timestamp), event: record }],
    effect: archive(store),
  };
}

function archive(store: ObjectStore): Effect<ConsumedRecord> {
  return {
    async absorb(events, budget) {
      const results = new Array<Error | undefined>(events.length).fill(undefined);
      const places = new Map(events.map(({ event }, index) => [event, index]));
      await runBounded(runsOf(events.map(({ event }) => event)), OBJECTS_AT_ONCE, async (run) => {
        try {
          const object = archiveObject(run);
          // An attempt that outlasts the invocation would end the environment, and count as a fault of the batch.
          const inTime = () => abortIn(budget.remainingMs());
          await retryWithin(budget, () => keep(store, object, inTime()));
        } catch (error) {
          for (const record of run) results[places.get(record) as number] = error as Error;
        }
      });
      return results;
    },
  };
}

async function keep(store: ObjectStore, object: NewObject, signal: AbortSignal): Promise<void> {
  if ((await store.putIfAbsent(object, signal)) === 'stored') return;
  const there = await store.get(object.key, signal);
  if (!there) throw new DependencyError('object_gone', `${object.key} was there, and is gone: it is written again`);
  if (!holdsSameRecords(there, object.body)) {
    throw new FatalRecordError('archive_conflict', `${object.key} holds other records: was the topic made anew?`);
  }
}

function runsOf(records: readonly ConsumedRecord[]): ConsumedRecord[][] {
  const partitions = new Map<string, ConsumedRecord[]>();
  for (const record of records) {
    const key = `${record.topic}-${record.partition}`;
    const partition = partitions.get(key);
    if (partition) partition.push(record);
    else partitions.set(key, [record]);
  }
  return [...partitions.values()].flatMap((partition) =>
    contiguousRuns(partition.sort((one, other) => one.offset - other.offset)),
  );
}
