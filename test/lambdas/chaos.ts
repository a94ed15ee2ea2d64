import * as fc from 'fast-check';
import { type Consumer, consume } from '../../lambdas/kafka/consume';
import type { ConsumedRecord } from '../../lambdas/kafka/record';
import { budgetOf } from './kafka/budgets';
import { MemoryFoldStore, type MemoryFoldStoreOptions } from './kafka/memory-fold-store';
import { MemoryLetters } from './kafka/memory-letters';
import { MemoryPublisher } from './kafka/memory-publisher';
import { aRecord, eventOf } from './kafka/records';

/** What can go wrong between a topic and a consumer, as a script; when it is used up, all goes well. */
export interface Chaos {
  /** Sizes of the batches. */
  readonly cuts: readonly number[];
  /** Which of the outside's answers and effects fail. */
  readonly faults: readonly boolean[];
  /** Which batches two environments hold at once, and which of two holds the others. */
  readonly holders: readonly ('one' | 'other' | 'both')[];
  /** Which batches come once more although they were done. */
  readonly repeats: readonly boolean[];
  /** How long each call takes, in turns of the event loop. */
  readonly delays: readonly number[];
}

export const chaos: fc.Arbitrary<Chaos> = fc.record({
  cuts: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }),
  faults: fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    {
      maxLength: 60,
    },
  ),
  holders: fc.array(fc.constantFrom('one', 'other', 'both'), { maxLength: 20 }),
  repeats: fc.array(fc.boolean(), { maxLength: 20 }),
  delays: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }),
});

export const calm: Chaos = { cuts: [], faults: [], holders: [], repeats: [], delays: [] };

/** Takes a script's entries one by one. */
export function reader<T>(script: readonly T[], afterwards: T): () => T {
  let next = 0;
  return () => script[next++] ?? afterwards;
}

/** A world that fails as the script says, shared by all environments of a run. */
export class World {
  readonly store: MemoryFoldStore;
  readonly publisher: MemoryPublisher;
  readonly dead = new MemoryPublisher();
  readonly letters = new MemoryLetters();
  readonly #fault: () => boolean;
  readonly #delay: () => number;

  constructor(
    readonly chaos: Chaos,
    options: Pick<MemoryFoldStoreOptions, 'refuse'> = {},
  ) {
    this.#fault = reader(chaos.faults, false);
    this.#delay = reader(chaos.delays, 0);
    this.store = new MemoryFoldStore({ ...options, fault: () => this.trouble(), turn: () => this.turn() });
    this.publisher = new MemoryPublisher(() => this.trouble());
  }

  /** Throws when the script says so. */
  trouble(): void {
    if (this.#fault()) throw new Error('The outside failed, as the script says');
  }

  async turn(): Promise<void> {
    for (let left = this.#delay(); left > 0; left--) await null;
  }
}

/**
 * Delivers records to two environments of a consumer as Lambda would: in batches, at least once, what is reported comes
 * again, until all are done.
 */
export async function deliver<E>(
  records: readonly ConsumedRecord[],
  environments: readonly [Consumer<E>, Consumer<E>],
  world: World,
): Promise<void> {
  const [one, other] = environments;
  const cut = reader(world.chaos.cuts, 50);
  const holder = reader(world.chaos.holders, 'one');
  const repeat = reader(world.chaos.repeats, false);
  let left = records.map((record, offset) => ({ ...record, offset }));
  for (let calls = 0; left.length > 0; calls++) {
    if (calls > 10_000) throw new Error('It never ends');
    const batch = oneTopic(left.slice(0, cut()));
    const holders = { one: [one], other: [other], both: [one, other] }[holder()];
    const answers = await Promise.all(holders.map((consumer) => invoke(batch, consumer, world)));
    const open = answers.map(
      (answer) => new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier.offset)),
    );
    const again = repeat();
    left = left.filter(
      ({ offset }, index) => index >= batch.length || again || open.every((offsets) => offsets.has(offset)),
    );
  }
}

/** A mapping has one topic, and so has a batch. */
function oneTopic(records: readonly ConsumedRecord[]): readonly ConsumedRecord[] {
  const end = records.findIndex(({ topic }) => topic !== records[0]?.topic);
  return end < 0 ? records : records.slice(0, end);
}

const invoke = <E>(batch: readonly ConsumedRecord[], consumer: Consumer<E>, world: World) =>
  consume(eventOf(batch), consumer, {
    publisher: world.dead,
    deadLetterTopic: 'dlq',
    letters: world.letters,
    budget: budgetOf(2),
    now: () => 0,
    log: { warn: () => {}, error: () => {} },
  });

/** A record of one of our own topics. */
export const recordOf = (topic: string, value: object): ConsumedRecord =>
  aRecord({ topic, value: Buffer.from(JSON.stringify(value)) });

/** What was published, each event once. @throws when two copies of one event differ. */
export function publishedEvents<T extends { event_id: string }>(publisher: MemoryPublisher): T[] {
  const events = new Map<string, string>();
  for (const { value } of publisher.records) {
    const { event_id } = JSON.parse(String(value)) as T;
    const before = events.get(event_id);
    if (before !== undefined && before !== value) throw new Error(`Two versions of an event: ${before} → ${value}`);
    events.set(event_id, String(value));
  }
  return [...events.values()].map((text) => JSON.parse(text) as T);
}
