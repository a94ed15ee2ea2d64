import type { Admin, Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { createKafka } from './kafkajs-client';
import { isWakingUp } from './kafkajs-coordinator';
import { decideOutOfRange } from './kafkajs-out-of-range';
import { toEntry } from './kafkajs-record';
import { commitMetadata, partitionStates, type StartPosition } from './kafkajs-start-position';
import { type FetchedRecord, isUnread, type UnreadRecords } from './record';
import { createSilence } from './silence';
import { createStandstill } from './standstill';
import { planStarts, tellGone, tellStarts } from './start-plan';
import { readTopicId, TopicGoneError } from './topic-id';

export interface PollerOptions extends StartPosition {
  /** `host:port,host:port` */
  readonly brokers: string;
  /** A new assignment: everything fetched before is void, and comes again from the committed offsets. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  readonly onRecords: (partition: number, records: readonly (FetchedRecord | UnreadRecords)[], next: number) => void;
  /**
   * Told of a batch that cannot be read, each time that it is met. To `pass` it by hands it on among the records; else its
   * partition stands still, and is looked at again every now and then.
   */
  readonly onUnreadable: (unread: UnreadRecords) => 'pass' | 'stand';
  /** Whether more may be fetched; while not, the poller waits and keeps its membership. */
  readonly hasRoom: () => boolean;
  /** Told once when Kafka cannot be reached or refuses, with the reason, and once when it is back. */
  readonly onState: (state: 'away' | 'back', reason: string) => void;
  /** A line for people about where it reads: records that are gone, a topic that was made again. */
  readonly onNotice: (line: string) => void;
  /** Which topic the group has read, of those of the same name; kept beyond the end of this process where it can be. */
  readonly topicIds: TopicIds;
}

/** Kafka forgets what a group committed when it deletes a topic; this does not. */
export interface TopicIds {
  get(groupId: string): string | undefined;
  set(groupId: string, topicId: string): void;
}

/** A member of a consumer group that fetches ahead and commits what it is told. */
export interface Poller {
  /** @throws when the group moved on or Kafka is away; the offsets are then still to be committed */
  commit(offsets: ReadonlyMap<number, number>): Promise<void>;
  /** Fetches from these partitions no more, and from all others again. */
  pauseOnly(partitions: ReadonlySet<number>): void;
  /** There is room again. */
  wake(): void;
  /** Leaves the group. */
  close(): Promise<void>;
}

/** Short, so that a runner killed with -9 is replaced within seconds (the broker's own minimum). */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_INTERVAL_MS = 1_500;
/**
 * How long an idle fetch waits at the broker. Commits and heartbeats share its connection and are answered after it, so
 * it bounds how late a commit may be.
 */
const MAX_WAIT_MS = 250;
const RESTART_MS = 500;
/** A member that outlives the broker's restart goes on at once; a new one would wait for the old one's session to end. */
const FOR_EVER = Number.MAX_SAFE_INTEGER;
const LEAVE_TIMEOUT_MS = 3_000;
/** Without an answer for this long Kafka counts as away; an idle fetch is answered after MAX_WAIT_MS. */
const SILENCE_MS = 4_000;
/** The first answer may take longer: a dozen members join at once, while functions and engines still start. */
const FIRST_ANSWER_MS = 20_000;

export function startPoller(options: PollerOptions): Poller {
  const { topic } = options;
  const left = new AbortController();
  const kafka = createKafka({
    brokers: options.brokers,
    clientId: `mapping-${options.groupId}`,
    retries: FOR_EVER,
    signal: left.signal,
  });
  let consumer: Consumer | undefined;
  /** The consumer once it is a member: before, kafkajs throws when it is to pause or resume anything. */
  let joined: Consumer | undefined;
  let closing = false;
  let away = false;
  let generation = 0;
  /** Of the topic that this generation reads. */
  let topicId: string | undefined;
  /** By partition, the offset that comes next; empty until the generation has its starts. */
  let expected = new Map<number, number>();
  /** Partitions that kafkajs does not fetch from: those that the mapping holds up, and those that stand still. */
  let paused: ReadonlySet<number> = new Set();
  let heldUp: ReadonlySet<number> = new Set();
  const standstill = createStandstill(() => applyPauses());
  let positioned: Promise<void> = Promise.resolve();
  let looking: Consumer | undefined;
  let wakeWaiting: () => void = () => {};
  const silence = createSilence(SILENCE_MS, FIRST_ANSWER_MS);
  let restart: NodeJS.Timeout | undefined;

  const tellAway = (error: unknown) => {
    if (away || closing) return;
    away = true;
    options.onState('away', error instanceof Error ? error.message : String(error));
  };

  const withAdmin = async <T>(ask: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  };

  /** Commits and seeks to where it starts, before anything of this assignment is taken. */
  const position = async (member: Consumer, assigned: readonly number[]) => {
    topicId = await readTopicId(options.brokers, topic);
    const states = await withAdmin((admin) => partitionStates(admin, options));
    if ((await readTopicId(options.brokers, topic)) !== topicId) throw new TopicGoneError(topic);
    const knownTopicId = options.topicIds.get(options.groupId);
    const starts = planStarts(states, { startingPosition: options.startingPosition, topicId, knownTopicId });
    // What begins at the first record where nothing is committed begins there again.
    const moved = starts.filter(
      ({ why }) => why !== 'committed' && !(why === 'first' && options.startingPosition === 'TRIM_HORIZON'),
    );
    for (const { partition, offset } of moved) member.seek({ topic, partition, offset: String(offset) });
    if (moved.length > 0) await member.commitOffsets(moved.map(toCommit));
    if (topicId !== undefined) options.topicIds.set(options.groupId, topicId);
    for (const line of tellStarts(topic, states, starts)) options.onNotice(line);
    const own = starts.filter(({ partition }) => assigned.includes(partition));
    expected = new Map(own.map(({ partition, offset }) => [partition, offset]));
  };

  const toCommit = ({ partition, offset }: { readonly partition: number; readonly offset: number }) => ({
    topic,
    partition,
    offset: String(offset),
    metadata: commitMetadata(topicId),
  });

  /** Looks whether the topic is still the one it was and, when Kafka denied an offset, whether it still holds what comes next. */
  const look = async (member: Consumer | undefined, isOutOfRange: boolean) => {
    if (member === undefined || member !== joined || looking === member) return;
    looking = member;
    const [lookedIn, known] = [generation, topicId];
    const isOver = () => closing || member !== consumer || lookedIn !== generation;
    try {
      await positioned;
      const now = await readTopicId(options.brokers, topic);
      if (isOver()) return;
      if (now !== undefined && known !== undefined && now !== known) return anew(member);
      const offsets = isOutOfRange ? await withAdmin((admin) => admin.fetchTopicOffsets(topic)) : [];
      if (isOver()) return;
      for (const { partition, low, high } of offsets) {
        const next = expected.get(partition);
        if (next === undefined) continue;
        if (next > Number(high)) return anew(member);
        if (next >= Number(low)) continue;
        options.onNotice(tellGone(topic, partition, next, Number(low)));
        expected.set(partition, Number(low));
        member.seek({ topic, partition, offset: low });
      }
    } catch {
      // Kafka is away: that is told elsewhere, and looked at again.
    } finally {
      looking = undefined;
    }
  };

  const roomOrSecond = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1_000);
      wakeWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const eachBatch = async (
    member: Consumer,
    { batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload,
  ) => {
    const fetchedIn = generation;
    await positioned;
    const isExpected = () => !isOutOfTurn(batch, expected.get(batch.partition));
    if (fetchedIn === generation && !isStale() && !isExpected()) return seekExpected(member, batch.partition);
    silence.pause();
    while (!options.hasRoom() && isRunning()) {
      await roomOrSecond();
      await heartbeat();
    }
    silence.ask();
    if (!isRunning() || isStale() || fetchedIn !== generation || paused.has(batch.partition)) return;
    const { partition } = batch;
    if (!isExpected()) return seekExpected(member, partition);
    const entries = batch.messages.map((message) => toEntry(partition, message));
    const stop = entries.findIndex(
      (entry) => isUnread(entry) && entry.kind === 'unreadable' && options.onUnreadable(entry) === 'stand',
    );
    if (stop === -1) {
      standstill.over(partition);
      take(partition, entries, Number(batch.lastOffset()) + 1);
      return resolveOffset(batch.messages.at(-1)?.offset ?? batch.lastOffset());
    }
    const before = batch.messages[stop - 1]?.offset;
    if (before !== undefined) {
      take(partition, entries.slice(0, stop), Number(before) + 1);
      resolveOffset(before);
    }
    standstill.begin(partition);
    applyPauses();
  };

  const take = (partition: number, entries: readonly (FetchedRecord | UnreadRecords)[], next: number) => {
    expected.set(partition, next);
    options.onRecords(partition, entries, next);
  };

  const applyPauses = () => {
    const wanted = new Set([...heldUp, ...standstill.partitions()]);
    const added = [...wanted].filter((partition) => !paused.has(partition));
    const removed = [...paused].filter((partition) => !wanted.has(partition));
    paused = wanted;
    if (added.length > 0) joined?.pause([{ topic, partitions: added }]);
    if (removed.length > 0) joined?.resume([{ topic, partitions: removed }]);
  };

  /** kafkajs fetched from elsewhere, before it was told where to start. */
  const seekExpected = (member: Consumer, partition: number) => {
    const offset = expected.get(partition);
    if (offset !== undefined) member.seek({ topic, partition, offset: String(offset) });
  };

  const start = async () => {
    const member = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: SESSION_TIMEOUT_MS,
      maxWaitTimeInMs: MAX_WAIT_MS,
      minBytes: 1,
      metadataMaxAge: 30_000,
      allowAutoTopicCreation: false,
      retry: {
        retries: FOR_EVER,
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        restartOnFailure: async () => false,
      },
    });
    consumer = member;
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      generation += 1;
      joined = member;
      if (paused.size > 0) member.resume([{ topic, partitions: [...paused] }]);
      paused = new Set();
      heldUp = new Set();
      standstill.end();
      expected = new Map();
      positioned = position(member, payload.memberAssignment[topic] ?? []);
      positioned.catch((error) => again(member, error));
      options.onAssigned(payload.memberAssignment[topic] ?? []);
    });
    member.on(member.events.FETCH, () => {
      silence.heard();
      if (!away) return;
      away = false;
      options.onState('back', '');
    });
    // Control records and the like never reach eachBatch, but the group is to move past them.
    member.on(member.events.END_BATCH_PROCESS, ({ payload: { batchSize, partition, lastOffset } }) => {
      const next = Number(lastOffset) + 1;
      if (batchSize > 0 || next < (expected.get(partition) ?? Number.POSITIVE_INFINITY)) return;
      take(partition, [], next);
    });
    member.on(member.events.CRASH, ({ payload }) => again(member, payload.error));
    try {
      await member.connect();
      await member.subscribe({ topic, fromBeginning: true });
      await member.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => eachBatch(member, payload),
      });
    } catch (error) {
      again(member, error);
    }
  };

  /** kafkajs gives up on some errors and starts again on others; here every one leads to a new member. */
  const again = (member: Consumer, error: unknown) => {
    if (closing || member !== consumer) return;
    // A broker that has just started is no news, unless it stays so: then its silence is told.
    if (!isWakingUp(error)) tellAway(error);
    anew(member);
  };

  /** Leaves the group and joins it again, which forgets all that was fetched. */
  const anew = (member: Consumer) => {
    consumer = undefined;
    joined = undefined;
    member.disconnect().catch(() => {});
    restart = setTimeout(() => void start(), RESTART_MS);
  };

  const leaveOutOfRange = decideOutOfRange(options.groupId, () => void look(consumer, true));
  const watch = setInterval(() => {
    if (consumer && silence.lasts()) tellAway('it does not answer');
    else void look(joined, false);
  }, SILENCE_MS);
  void start();

  return {
    async commit(offsets) {
      if (!consumer) throw new Error('Kafka is away');
      await consumer.commitOffsets([...offsets].map(([partition, offset]) => toCommit({ partition, offset })));
    },
    pauseOnly(partitions) {
      heldUp = partitions;
      applyPauses();
    },
    wake: () => wakeWaiting(),
    async close() {
      closing = true;
      standstill.end();
      clearTimeout(restart);
      clearInterval(watch);
      leaveOutOfRange();
      wakeWaiting();
      const leaving = consumer?.disconnect().catch(() => {});
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, LEAVE_TIMEOUT_MS).unref());
      await Promise.race([leaving, timeout]);
      left.abort();
    },
  };
}

/** Whether a batch was fetched from another offset than the one that comes next; kafkajs types its place as one it may leave out. */
function isOutOfTurn(batch: Batch, next: number | undefined): boolean {
  const { fetchedOffset } = batch as Batch & { readonly fetchedOffset: string | number };
  return next === undefined || Number(fetchedOffset) !== next;
}
