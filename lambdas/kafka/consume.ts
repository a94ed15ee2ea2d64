import { timerMs } from '../../shared/time';
import { DependencyError, FatalRecordError, isRetriable, toError, toFatal, UnknownEventError } from '../errors';
import type { Log } from '../logger';
import { deadLetter, wasSentBack } from './dead-letter';
import type { KafkaBatchResponse, KafkaEvent } from './event';
import { type Letters, letterId } from './letters';
import { type Publisher, publishWithin } from './publisher';
import { type ConsumedRecord, decodeEvent, position } from './record';
import { type Budget, retryWithin } from './retry';
import { untilAborted } from './until-aborted';

/** A part of a record that one state key must absorb. Parts of one key and id are the same event. */
export interface KeyedEvent<E> {
  readonly key: string;
  readonly id: string;
  readonly event: E;
  /** Where its record stands, if that was sent back from the dead letters: what was refused before is judged once more. */
  readonly resent?: string;
}

/** How events take effect: by folding into states, by plain rows, by work a key at a time. */
export interface Effect<E> {
  /**
   * Absorbs the events, those of one key in their order; after an event of a key failed retriably, the later ones of that
   * key fail too. Never throws for an event's sake; should it throw, all come again.
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
   * @throws UnknownEventError when it holds an event of a type nobody knows, which is counted and skipped;
   * FatalRecordError when the record can never succeed, and so does any other error: this computes, and is called once.
   */
  split(record: ConsumedRecord): readonly KeyedEvent<E>[];
  readonly effect: Effect<E>;
}

/** What a consumer needs of the world around it. */
export interface ConsumeDeps {
  readonly publisher: Publisher;
  readonly deadLetterTopic: string;
  readonly letters: Letters;
  readonly budget: Budget;
  /** For the dead letters, which come after the work and are worth more time than it; the same if absent. */
  readonly letterBudget?: Budget;
  readonly now: () => number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

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
  const { events, holders, unknown } = collect(records, consumer, errors);
  if (unknown.length > 0) tellUnknown(unknown, deps);

  const results = events.length === 0 ? [] : await absorb(events, consumer, deps);
  const refused = new Map<ConsumedRecord, KeyedEvent<E>>();
  results.forEach((error, index) => {
    for (const record of holders[index] ?? []) {
      // A part that may yet succeed brings the whole record back; only then does it leave for its fatal part.
      if (!error || isFatal(errors.get(record), error)) continue;
      errors.set(record, error);
      refused.set(record, events[index] as KeyedEvent<E>);
    }
  });

  await deadLetterFatal(errors, refused, consumer.name, deps);
  return response(records, errors, deps);
}

const isFatal = (known: Error | undefined, error: Error) => known !== undefined && !isRetriable(error, 'io');

/** Nothing that hangs in it, or that it forgets to catch, takes the environment along: all of its events come again. */
async function absorb<E>(events: readonly KeyedEvent<E>[], { effect }: Consumer<E>, deps: ConsumeDeps) {
  const late = afterwards(deps);
  try {
    return await untilAborted(late.signal, async () => effect.absorb(events, deps.budget));
  } catch (thrown) {
    const { message } = toError(thrown);
    const error = new DependencyError('effect_failed', `Nobody knows what became of it: ${message}`, { cause: thrown });
    return events.map(() => error);
  } finally {
    late.close();
  }
}

/** Aborted when the work's time is up, and it has had a moment to say what it came to. */
function afterwards({ budget, letterBudget = budget }: ConsumeDeps) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    timer = setTimeout(() => controller.abort(), timerMs(letterBudget.remainingMs() / 2));
  };
  budget.signal.addEventListener('abort', wait, { once: true });
  return {
    signal: controller.signal,
    close: () => {
      budget.signal.removeEventListener('abort', wait);
      clearTimeout(timer);
    },
  };
}

/** Splits the records; parts of one key and id are absorbed once, on behalf of all the records that hold them. */
function collect<E>(records: readonly ConsumedRecord[], consumer: Consumer<E>, errors: Map<ConsumedRecord, Error>) {
  const events: KeyedEvent<E>[] = [];
  const holders: ConsumedRecord[][] = [];
  const unknown: { record: ConsumedRecord; type: string }[] = [];
  const seen = new Map<string, number>();
  for (const record of records) {
    let parts: readonly KeyedEvent<E>[];
    try {
      parts = consumer.split(record);
    } catch (error) {
      if (error instanceof UnknownEventError) unknown.push({ record, type: error.type });
      else errors.set(record, isRetriable(error, 'pure') ? toError(error) : toFatal(error));
      continue;
    }
    const resent = wasSentBack(record, consumer.name) ? { resent: `${position(record)}#${record.timestamp}` } : {};
    for (const part of parts) {
      const identity = `${part.key}\u0000${part.id}\u0000${resent.resent ?? ''}`;
      const index = seen.get(identity);
      if (index === undefined) {
        seen.set(identity, events.length);
        events.push({ ...part, ...resent });
        holders.push([record]);
      } else {
        holders[index]?.push(record);
      }
    }
  }
  return { events, holders, unknown };
}

const TYPES_TOLD = 20;
const TYPE_LENGTH = 100;

/** One line a batch, with how many there were of each type: records from elsewhere may name any, of any length. */
function tellUnknown(
  unknown: readonly { readonly record: ConsumedRecord; readonly type: string }[],
  deps: ConsumeDeps,
) {
  const counts = new Map<string, number>();
  for (const { type } of unknown) {
    const short = type.slice(0, TYPE_LENGTH);
    const name = counts.has(short) || counts.size < TYPES_TOLD ? short : 'others';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  deps.log.warn('Unknown events skipped', {
    unknown_events: unknown.length,
    by_type: Object.fromEntries(counts),
    first: position((unknown[0] as (typeof unknown)[number]).record),
  });
}

/**
 * Sends the fatal ones away, each once: a letter is noted when the broker has acknowledged it. What it did not acknowledge
 * stays an error, and comes again; a crash between the two writes the letter again, under the same id.
 */
async function deadLetterFatal<E>(
  errors: Map<ConsumedRecord, Error>,
  refused: ReadonlyMap<ConsumedRecord, KeyedEvent<E>>,
  consumer: string,
  deps: ConsumeDeps,
) {
  const fatal = [...errors].filter(([, error]) => !isRetriable(error, 'io'));
  if (fatal.length === 0) return;
  const budget = deps.letterBudget ?? deps.budget;
  const ids = new Map(fatal.map(([record]) => [record, letterId(consumer, record, refused.get(record))]));
  const fresh = new Map<string, ConsumedRecord>();
  try {
    const written = await retryWithin(budget, () => deps.letters.written([...new Set(ids.values())]));
    for (const [record, id] of ids) if (!written.has(id) && !fresh.has(id)) fresh.set(id, record);
    const letters = [...fresh].map(([id, record]) => {
      const error = errors.get(record) as Error;
      const attempts = error instanceof FatalRecordError ? error.attempts : 1;
      return deadLetter(deps.deadLetterTopic, record, { id, consumer, error, attempts, at: deps.now() });
    });
    if (letters.length > 0) await publishWithin(budget, deps.publisher, letters);
  } catch (error) {
    const away = isRetriable(error, 'io')
      ? toError(error)
      : new DependencyError('letter_refused', toError(error).message);
    for (const [record] of fatal) errors.set(record, away);
    return;
  }
  if (fresh.size > 0) await noteLetters([...fresh.keys()], budget, deps);
  for (const [record, error] of fatal) {
    const told = { record: position(record), code: codeOf(error), reason: error.message };
    if (fresh.get(ids.get(record) as string) === record) deps.log.warn('Record dead-lettered', told);
    else deps.log.warn('Record was dead-lettered before', told);
    errors.delete(record);
  }
}

/** The letters are safe: that nobody remembers it costs a second one at most, should their records ever come again. */
async function noteLetters(ids: readonly string[], budget: Budget, { letters, log }: ConsumeDeps) {
  try {
    await retryWithin(budget, () => letters.note(ids));
  } catch (error) {
    log.warn('Dead letters not noted', { letters: ids.length, reason: toError(error).message });
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
