import { FatalRecordError } from '../errors';
import type { Log } from '../logger';
import { deadLetter } from './dead-letter';
import type { KafkaBatchResponse, KafkaEvent } from './event';
import { type Publisher, publishWithin } from './publisher';
import { type ConsumedRecord, decodeEvent, position } from './record';
import type { Budget } from './retry';

/** A part of a record that one state key must absorb. Parts of one key and id are the same event. */
export interface KeyedEvent<E> {
  readonly key: string;
  readonly id: string;
  readonly event: E;
}

/** How events take effect: by folding into states, by plain rows, by work a key at a time. */
export interface Effect<E> {
  /**
   * Absorbs the events, those of one key in their order; after an event of a key failed retriably, the later ones of that
   * key fail too. Never throws for an event's sake.
   *
   * @returns one entry an event, in order: undefined once it is absorbed and its outcomes are published, else the error.
   */
  absorb(events: readonly KeyedEvent<E>[], budget: Budget): Promise<readonly (Error | undefined)[]>;
}

/** A consumer: what a record means to it, and how that takes effect. */
export interface Consumer<E> {
  readonly name: string;
  /**
   * @returns the record's parts; none when it means nothing to this consumer.
   * @throws FatalRecordError when the record can never succeed; any other error counts as one after three tries.
   */
  split(record: ConsumedRecord): readonly KeyedEvent<E>[];
  readonly effect: Effect<E>;
}

/** What a consumer needs of the world around it. */
export interface ConsumeDeps {
  readonly publisher: Publisher;
  readonly deadLetterTopic: string;
  readonly budget: Budget;
  /** For the dead letters, which come after the work and are worth more time than it; the same if absent. */
  readonly letterBudget?: Budget;
  readonly now: () => number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

const TRIES = 3;

/**
 * One invocation: decode, split, take out repeats, let the effect absorb, dead-letter what can never succeed, and answer
 * which records must come again. A record is done when all its parts are.
 */
export async function consume<E>(
  event: KafkaEvent,
  consumer: Consumer<E>,
  deps: ConsumeDeps,
): Promise<KafkaBatchResponse> {
  const records = decodeEvent(event);
  const errors = new Map<ConsumedRecord, Error>();
  const { events, holders } = collect(records, consumer, errors);

  const results = events.length === 0 ? [] : await consumer.effect.absorb(events, deps.budget);
  results.forEach((error, index) => {
    for (const record of holders[index] ?? []) {
      // A part that may yet succeed brings the whole record back; only then is its fatal part judged again.
      if (error && !isFatal(errors.get(record), error)) errors.set(record, error);
    }
  });

  await deadLetterFatal(errors, consumer.name, deps);
  return response(records, errors, deps);
}

const isFatal = (known: Error | undefined, error: Error) => known !== undefined && error instanceof FatalRecordError;

/** Splits the records; parts of one key and id are absorbed once, on behalf of all the records that hold them. */
function collect<E>(records: readonly ConsumedRecord[], consumer: Consumer<E>, errors: Map<ConsumedRecord, Error>) {
  const events: KeyedEvent<E>[] = [];
  const holders: ConsumedRecord[][] = [];
  const seen = new Map<string, number>();
  for (const record of records) {
    const parts = tried(() => consumer.split(record));
    if (parts instanceof Error) {
      errors.set(record, parts);
      continue;
    }
    for (const part of parts) {
      const identity = `${part.key}\u0000${part.id}`;
      const index = seen.get(identity);
      if (index === undefined) {
        seen.set(identity, events.length);
        events.push(part);
        holders.push([record]);
      } else {
        holders[index]?.push(record);
      }
    }
  }
  return { events, holders };
}

/** Runs code of a consumer that may throw for a record's sake: a fatal error at once, any other after three tries. */
export function tried<T>(work: () => T): T | FatalRecordError {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof FatalRecordError) return cause;
      if (attempt === TRIES) return new ProcessingError(cause);
    }
  }
}

/** A record's own processing threw, each time. */
export class ProcessingError extends FatalRecordError {
  readonly attempts = TRIES;
  constructor(cause: unknown) {
    super('processing_failed', cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), { cause });
  }
}

/** Sends the fatal ones away; what the broker did not acknowledge stays an error, and comes again. */
async function deadLetterFatal(errors: Map<ConsumedRecord, Error>, consumer: string, deps: ConsumeDeps) {
  const fatal = [...errors].filter(([, error]) => error instanceof FatalRecordError);
  if (fatal.length === 0) return;
  const letters = fatal.map(([record, error]) =>
    deadLetter(deps.deadLetterTopic, record, {
      consumer,
      error,
      attempts: error instanceof ProcessingError ? error.attempts : 1,
      at: deps.now(),
    }),
  );
  try {
    await publishWithin(deps.letterBudget ?? deps.budget, deps.publisher, letters);
  } catch (error) {
    for (const [record] of fatal) errors.set(record, error as Error);
    return;
  }
  for (const [record, error] of fatal) {
    deps.log.warn('Record dead-lettered', { record: position(record), code: codeOf(error), reason: error.message });
    errors.delete(record);
  }
}

function response(records: readonly ConsumedRecord[], errors: Map<ConsumedRecord, Error>, deps: ConsumeDeps) {
  if (errors.size > 0) {
    const [record, error] = [...errors][0] as [ConsumedRecord, Error];
    deps.log.error('Records reported for redelivery', {
      count: errors.size,
      first: position(record),
      code: codeOf(error),
      reason: error.message,
    });
  }
  return {
    batchItemFailures: records
      .filter((record) => errors.has(record))
      .map(({ topic, partition, offset }) => ({ itemIdentifier: { partition: `${topic}-${partition}`, offset } })),
  };
}

const codeOf = (error: Error & { code?: unknown }) => (typeof error.code === 'string' ? error.code : error.name);
