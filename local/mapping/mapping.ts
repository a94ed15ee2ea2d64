import { monotonicMs, timerMs } from '../../shared/time';
import type { FunctionModel, MappingModel } from '../model';
import type { Invoker } from '../runtime/invoker';
import { Backlog, type Work } from './backlog';
import { createCommitter } from './committer';
import { deliverFailures, type FailureSink } from './discard';
import { encodeEvent, encodeRecord, encodeUnread, eventOverhead, eventSource, MAX_PAYLOAD_BYTES } from './event';
import { compileFilters, FilterPatternError } from './filter';
import { startPoller, type TopicIds } from './kafkajs-poller';
import { createKafkaSink } from './kafkajs-sink';
import { type FetchedRecord, isUnread, type PolledRecord, type UnreadRecords } from './record';
import { interpretResponse, type Verdict } from './response';
import { type Attempt, backoffMs, dropExpired, planRetry, retryPolicy } from './retry-plan';
import { createUnreadableTeller } from './unreadable';

export interface MappingOptions {
  readonly mapping: MappingModel;
  readonly fn: FunctionModel;
  readonly invoker: Invoker;
  /** `host:port,host:port` the runner polls at. */
  readonly brokers: string;
  /** One line for people, about this mapping. */
  readonly log: (line: string) => void;
  /** Invocations at a time; each partition is in one at most. @default 1 */
  readonly concurrency?: number;
  /** Places of the topic that are passed by where their batch cannot be read. */
  readonly skip?: readonly { readonly partition: number; readonly offset: number }[];
  /** Told on each assignment of partitions, the first included. */
  readonly onAssigned?: (partitions: readonly number[]) => void;
  /** Outlives the process; else the ids are remembered as long as the mapping. */
  readonly topicIds?: TopicIds;
}

/** Counts since the start; names follow Lambda's metrics. */
export interface MappingStats {
  readonly polled: number;
  readonly filteredOut: number;
  /** Records sent to the function, repeats included. */
  readonly invoked: number;
  readonly invocations: number;
  readonly failedInvocations: number;
  readonly commits: number;
  readonly dropped: number;
  readonly onFailureDelivered: number;
  /** Records fetched and not settled. */
  readonly waiting: number;
  readonly assigned: readonly number[];
}

export interface RunningMapping {
  stats(): MappingStats;
  /** Lets the invocation in flight finish, commits it, leaves the group. */
  close(): Promise<void>;
}

/** Bytes of records fetched ahead: enough for the next payload while one is worked on, little enough for a dozen mappings. */
const MAX_AHEAD_BYTES = 2 * MAX_PAYLOAD_BYTES;

/** Polls a topic for a function as a Kafka event source mapping of Lambda does. */
export function startMapping(options: MappingOptions): RunningMapping {
  const { mapping, fn, invoker, log } = options;
  const { topic } = mapping;
  const source = eventSource(mapping, options.brokers);
  const policy = retryPolicy(mapping);
  const passes = filtersOf(mapping);
  const reportsItems = mapping.reportBatchItemFailures;
  const sink: FailureSink | undefined =
    mapping.onFailure?.kind === 'kafka'
      ? createKafkaSink({ brokers: options.brokers, topic: mapping.onFailure.target, clientId: mapping.groupId })
      : undefined;
  const backlog = new Backlog({
    limits: {
      batchSize: mapping.batchSize,
      maxBytes: MAX_PAYLOAD_BYTES,
      overhead: (partitions) => eventOverhead(source, partitions),
    },
    batchingWindowMs: mapping.batchingWindowMs,
  });
  const ahead = { records: Math.max(2 * mapping.batchSize, 2_000), bytes: MAX_AHEAD_BYTES };
  const counts = {
    polled: 0,
    filteredOut: 0,
    invoked: 0,
    invocations: 0,
    failedInvocations: 0,
    commits: 0,
    dropped: 0,
    onFailureDelivered: 0,
  };
  const running = new Set<Promise<void>>();
  let assigned: readonly number[] = [];
  let closing = false;
  let wakeTimer: NodeJS.Timeout | undefined;

  const onRecords = (partition: number, fetched: readonly (FetchedRecord | UnreadRecords)[], next: number) => {
    const arrival = { steady: monotonicMs(), wall: Date.now() };
    // What is not here cannot be filtered.
    const wanted =
      passes === undefined ? fetched : fetched.filter((record) => isUnread(record) || passes(record.value));
    counts.polled += fetched.length;
    counts.filteredOut += fetched.length - wanted.length;
    backlog.append(
      partition,
      wanted.map((record) =>
        isUnread(record) ? encodeUnread(source, record, arrival) : encodeRecord(source, record, arrival),
      ),
      next,
    );
    if (wanted.length < fetched.length || fetched.length === 0) committer.nudge();
    pump();
  };

  /** Starts what may start now, and looks again when something else may. */
  const pump = () => {
    clearTimeout(wakeTimer);
    while (!closing && running.size < (options.concurrency ?? 1)) {
      const now = monotonicMs();
      const { work, wakeAt } = backlog.next(now);
      if (work === undefined) {
        if (wakeAt !== undefined) wakeTimer = setTimeout(pump, timerMs(wakeAt - now));
        return;
      }
      const run = attempt(work)
        .catch((error: Error) => {
          if (!closing) log(`could not settle a batch: ${error.message}`);
          backlog.settle(work, [work], monotonicMs() + backoffMs(1, Math.random()));
        })
        .finally(() => {
          running.delete(run);
          poller.pauseOnly(backlog.blocked());
          poller.wake();
          committer.nudge();
          pump();
        });
      running.add(run);
    }
  };

  const attempt = async (work: Work): Promise<void> => {
    const { fresh, expired } = dropExpired(work.records, policy, monotonicMs());
    await discard(expired, 'EventAgeExceeded', work);
    if (fresh.length === 0) return void backlog.settle(work, [], 0);
    const payload = encodeEvent(source, fresh);
    // What is not here travels alone, like all that no payload takes.
    if (payload.length > MAX_PAYLOAD_BYTES || fresh[0]?.unread) {
      await discard(fresh, 'MaximumPayloadSizeExceeded', work);
      return void backlog.settle(work, [], 0);
    }
    const verdict = await invoke(fresh, payload);
    // The runner ends, or could not invoke: that is no attempt of the function's.
    if (verdict === undefined) return void backlog.settle(work, [work], monotonicMs() + backoffMs(1, Math.random()));
    const plan = planRetry({ ...work, records: fresh }, verdict, policy, topic);
    await discard(plan.discard, 'RetriesExhausted', work);
    const wait = plan.backOff ? backoffMs(work.failures + 1, Math.random()) : 0;
    if (plan.retry.length > 0) tellRetry(plan.retry, wait, verdict);
    backlog.settle(work, plan.retry, monotonicMs() + wait);
  };

  const invoke = async (records: readonly PolledRecord[], payload: string): Promise<Verdict | undefined> => {
    counts.invocations += 1;
    counts.invoked += records.length;
    try {
      const result = await invoker.invoke(fn, payload);
      if (result.ok) return reportsItems ? interpretResponse(result.payload, topic, records) : { kind: 'success' };
      counts.failedInvocations += 1;
      return { kind: 'invalid', reason: reasonOf(result.payload) };
    } catch (error) {
      if (!closing) log(`could not invoke ${fn.name}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };

  const tellRetry = (retry: readonly Attempt[], wait: number, verdict: Verdict) => {
    const records = retry.reduce((sum, { records }) => sum + records.length, 0);
    const reason = verdict.kind === 'invalid' ? verdict.reason : `${fn.name} reported them as failed`;
    const how = retry.length > 1 ? 'in two halves' : `in ${(wait / 1000).toFixed(1)} s`;
    log(`retrying ${records} record${records === 1 ? '' : 's'} ${how}: ${reason}`);
  };

  const discard = async (
    records: readonly PolledRecord[],
    condition: 'RetriesExhausted' | 'EventAgeExceeded' | 'MaximumPayloadSizeExceeded',
    work: Work,
  ) => {
    if (records.length === 0) return;
    const failure = { functionArn: fn.arn, condition, invocations: work.failures + 1 };
    const delivered = await deliverFailures({ source, records, failure, sink, log, isClosing: () => closing });
    counts.dropped += records.reduce((sum, { unread }) => sum + (unread ? unread.to - unread.from + 1 : 1), 0);
    counts.onFailureDelivered += delivered;
  };

  const committer = createCommitter({
    due: () => backlog.commits(),
    send: (offsets) => poller.commit(offsets),
    onCommitted: (offsets) => {
      backlog.committed(offsets);
      counts.commits += 1;
    },
  });

  const tellUnreadable = createUnreadableTeller(topic, log);
  const onUnreadable = (unread: UnreadRecords) => {
    const isSkipped = ({ partition, offset }: { readonly partition: number; readonly offset: number }) =>
      partition === unread.partition && unread.from <= offset && offset <= unread.to;
    if (options.skip?.some(isSkipped)) return 'pass';
    tellUnreadable(unread);
    return 'stand';
  };

  const poller = startPoller({
    ...mapping,
    brokers: options.brokers,
    onRecords,
    onUnreadable,
    hasRoom: () => backlog.hasRoom(ahead),
    onAssigned: (partitions) => {
      assigned = partitions;
      backlog.reset();
      options.onAssigned?.(partitions);
    },
    onNotice: log,
    topicIds: options.topicIds ?? new Map(),
    onState: (state, reason) => {
      log(state === 'away' ? `Kafka is away (${reason}); trying again until it is back` : 'Kafka is back');
    },
  });

  return {
    stats: () => ({ ...counts, waiting: backlog.size, assigned }),
    async close() {
      closing = true;
      clearTimeout(wakeTimer);
      await Promise.all(running);
      await committer.close();
      await poller.close();
      await sink?.close();
    },
  };
}

/** @throws FilterPatternError that names the mapping */
function filtersOf({ groupId, topic, filters }: MappingModel) {
  try {
    return compileFilters(filters);
  } catch (error) {
    throw new FilterPatternError(`The mapping of ${topic} to group ${groupId}: ${(error as Error).message}`);
  }
}

/** `errorType: errorMessage` of an error document. */
function reasonOf(document: string): string {
  const { errorType, errorMessage } = JSON.parse(document) as { errorType?: string; errorMessage?: string };
  return [errorType, errorMessage].filter(Boolean).join(': ').slice(0, 300);
}
