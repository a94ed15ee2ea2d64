import { type BatchLimits, planBatch } from './batch';
import type { PolledRecord } from './record';
import type { Attempt } from './retry-plan';

/** An attempt that is to be invoked, or is being invoked. */
export interface Work extends Attempt {
  readonly partitions: ReadonlySet<number>;
  /** Failed invocations these records have behind them. */
  readonly failures: number;
  /** Before then it rests; by the clock that nobody sets, like all times here. */
  readonly notBefore: number;
}

export interface BacklogOptions {
  readonly limits: BatchLimits;
  readonly batchingWindowMs: number;
}

/** What is not here is too large for any payload, so that it travels alone. */
const sizeOf = (record: PolledRecord | undefined): number =>
  record?.unread ? Number.POSITIVE_INFINITY : (record?.json.length ?? 0);

interface Partition {
  /** Fetched and in no batch yet; the first `head` are gone. */
  queue: PolledRecord[];
  head: number;
  /** Size of what is in the queue. */
  bytes: number;
  /** Offsets in batches that are not settled, ascending. */
  open: number[];
  /** The offset after the last fetched record, control records and filtered ones included. */
  next: number;
  committed: number;
}

/** What to do now: invoke, or look again at a time, or (neither) wait for records. */
export interface Next {
  readonly work?: Work;
  /** Milliseconds of the clock that nobody sets. */
  readonly wakeAt?: number;
}

/**
 * The records of a mapping between fetch and commit, and the rules they wait by; no clock, no I/O.
 *
 * A partition's records are in at most one line of batches at a time: until every record of a batch is settled, what
 * the partition has behind it waits. So a batch that failed keeps the order of its partitions and holds up no other,
 * and the offset to commit is that of the first record which is not settled.
 */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #partitions = new Map<number, Partition>();
  /** Retries; where two share a partition, the earlier one goes first. */
  #pending: Work[] = [];
  readonly #running = new Set<Work>();
  /** Which partition a fresh batch starts with, so that a busy one does not starve the others. */
  #turn = 0;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** A new assignment: what was fetched under the old one comes again from the committed offsets. */
  reset(): void {
    this.#partitions.clear();
    this.#pending = [];
    this.#running.clear();
  }

  /** @param next the offset after the last one fetched, whether or not that record is among `records` */
  append(partition: number, records: readonly PolledRecord[], next: number): void {
    const known = this.#partitions.get(partition);
    const bytes = records.reduce((sum, { json }) => sum + json.length, 0);
    if (known) {
      if (known.head > 0) {
        known.queue = known.queue.slice(known.head);
        known.head = 0;
      }
      for (const record of records) known.queue.push(record);
      known.bytes += bytes;
      known.next = next;
    } else {
      const committed = records[0]?.offset ?? -1;
      this.#partitions.set(partition, { queue: [...records], head: 0, bytes, open: [], next, committed });
    }
  }

  next(now: number): Next {
    const busy = new Set<number>();
    for (const work of this.#running) for (const partition of work.partitions) busy.add(partition);
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const [index, work] of this.#pending.entries()) {
      const free = [...work.partitions].every((partition) => !busy.has(partition));
      if (free && work.notBefore <= now) {
        this.#pending.splice(index, 1);
        this.#running.add(work);
        return { work };
      }
      if (free) wakeAt = Math.min(wakeAt, work.notBefore);
      for (const partition of work.partitions) busy.add(partition);
    }
    const fresh = this.#fresh(busy, now);
    if (fresh.work) return fresh;
    wakeAt = Math.min(wakeAt, fresh.wakeAt ?? wakeAt);
    return Number.isFinite(wakeAt) ? { wakeAt } : {};
  }

  #fresh(busy: ReadonlySet<number>, now: number): Next {
    const ready = [...this.#partitions].filter(([id, { queue, head }]) => queue.length > head && !busy.has(id));
    if (ready.length === 0) return {};
    this.#turn = (this.#turn + 1) % ready.length;
    const turned = [...ready.slice(this.#turn), ...ready.slice(0, this.#turn)];
    const plan = planBatch(
      turned.map(([, { queue, head }]) => ({
        length: queue.length - head,
        sizeAt: (index) => sizeOf(queue[head + index]),
      })),
      this.#options.limits,
    );
    const oldest = Math.min(...ready.map(([, { queue, head }]) => queue[head]?.arrivedAt ?? now));
    const due = oldest + this.#options.batchingWindowMs;
    if (!plan.full && now < due) return { wakeAt: due };
    const records: PolledRecord[] = [];
    const partitions = new Set<number>();
    for (const [index, [id, partition]] of turned.entries()) {
      const count = plan.take[index] ?? 0;
      if (count === 0) continue;
      partitions.add(id);
      for (let at = partition.head; at < partition.head + count; at++) {
        const record = partition.queue[at] as PolledRecord;
        records.push(record);
        partition.open.push(record.offset);
        partition.bytes -= record.json.length;
      }
      partition.head += count;
    }
    const work: Work = { records, partitions, retries: 0, failures: 0, notBefore: now };
    this.#running.add(work);
    return { work };
  }

  /**
   * The outcome of running work: what is in no retry is done, or given up.
   *
   * @returns false when the work belongs to an assignment that is over, and changes nothing
   */
  settle(work: Work, retry: readonly Attempt[], notBefore: number): boolean {
    if (!this.#running.delete(work)) return false;
    const stillOpen = new Map<number, Set<number>>();
    for (const { records } of retry)
      for (const { partition, offset } of records) {
        const offsets = stillOpen.get(partition);
        if (offsets) offsets.add(offset);
        else stillOpen.set(partition, new Set([offset]));
      }
    const settled = new Map<number, Set<number>>();
    for (const { partition, offset } of work.records) {
      if (stillOpen.get(partition)?.has(offset)) continue;
      const offsets = settled.get(partition);
      if (offsets) offsets.add(offset);
      else settled.set(partition, new Set([offset]));
    }
    for (const [id, offsets] of settled) {
      const partition = this.#partitions.get(id);
      if (!partition) continue;
      partition.open =
        partition.open.length === offsets.size ? [] : partition.open.filter((offset) => !offsets.has(offset));
    }
    const again = retry.map((attempt) => ({
      ...attempt,
      partitions: new Set(attempt.records.map(({ partition }) => partition)),
      failures: work.failures + 1,
      notBefore,
    }));
    this.#pending.unshift(...again);
    return true;
  }

  /** The offsets by partition that may be committed and are not: of the first record that is not settled. */
  commits(): Map<number, number> {
    const due = new Map<number, number>();
    for (const [id, partition] of this.#partitions) {
      const position = partition.open[0] ?? partition.queue[partition.head]?.offset ?? partition.next;
      if (position > partition.committed) due.set(id, position);
    }
    return due;
  }

  committed(offsets: ReadonlyMap<number, number>): void {
    for (const [id, offset] of offsets) {
      const partition = this.#partitions.get(id);
      if (partition) partition.committed = Math.max(partition.committed, offset);
    }
  }

  /** Partitions that wait for a retry: fetching more of them would only pile up. */
  blocked(): ReadonlySet<number> {
    return new Set(this.#pending.flatMap(({ partitions }) => [...partitions]));
  }

  /** Whether the records that flow (not those behind a retry) are fewer than is worth fetching ahead. */
  hasRoom(limits: { readonly records: number; readonly bytes: number }): boolean {
    const blocked = this.blocked();
    let records = 0;
    let bytes = 0;
    for (const [id, { queue, head, bytes: waiting }] of this.#partitions) {
      if (blocked.has(id)) continue;
      records += queue.length - head;
      bytes += waiting;
    }
    return records < limits.records && bytes < limits.bytes;
  }

  /** Records that are fetched and not settled. */
  get size(): number {
    let size = 0;
    for (const { queue, head, open } of this.#partitions.values()) size += queue.length - head + open.length;
    return size;
  }
}
