import { timerMs } from '../../shared/time';

export interface CommitterOptions {
  /** What is settled and not committed, by partition. */
  readonly due: () => ReadonlyMap<number, number>;
  /** @throws when Kafka is away or the group moved on */
  readonly send: (offsets: ReadonlyMap<number, number>) => Promise<void>;
  readonly onCommitted: (offsets: ReadonlyMap<number, number>) => void;
}

/** Brings settled offsets to Kafka, one commit at a time, beside the invocations. */
export interface Committer {
  /** Something may be due. */
  nudge(): void;
  /** Commits what is due now and no more after that; a commit that fails is left: its records come again. */
  close(): Promise<void>;
}

/** Commits gather this long: one a batch would stand in the way of the next fetch, with which it shares a connection. */
const SPACING_MS = 50;
const RETRY_MS = 500;
/** How long a last commit may take: Kafka may be away. */
const CLOSE_MS = 3_000;

export function createCommitter({ due, send, onCommitted }: CommitterOptions): Committer {
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;

  const schedule = (delay: number) => {
    if (closed || timer !== undefined || sending !== undefined || due().size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      void run();
    }, timerMs(delay));
  };
  const run = async () => {
    let wait = SPACING_MS;
    sending = commitDue().catch(() => {
      wait = RETRY_MS;
    });
    await sending;
    sending = undefined;
    schedule(wait);
  };
  const commitDue = async () => {
    const offsets = due();
    if (offsets.size === 0) return;
    await send(offsets);
    onCommitted(offsets);
  };

  return {
    nudge: () => schedule(SPACING_MS),
    async close() {
      closed = true;
      clearTimeout(timer);
      const last = Promise.resolve(sending)
        .then(commitDue)
        .catch(() => {});
      await Promise.race([last, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    },
  };
}
