import { timerMs } from '../../shared/time';

/** Partitions that hold something nobody can read: each is looked at again after a while, ever more rarely. */
export interface Standstill {
  begin(partition: number): void;
  /** It could be read on. */
  over(partition: number): void;
  /** Those that are not to be read now. */
  partitions(): Iterable<number>;
  /** Of all of them. */
  end(): void;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** @param onAgain told when a partition is to be looked at again */
export function createStandstill(onAgain: () => void): Standstill {
  const resting = new Map<number, NodeJS.Timeout>();
  const waits = new Map<number, number>();
  return {
    begin(partition) {
      const wait = Math.min((waits.get(partition) ?? FIRST_MS / 2) * 2, LONGEST_MS);
      waits.set(partition, wait);
      clearTimeout(resting.get(partition));
      const again = () => {
        resting.delete(partition);
        onAgain();
      };
      resting.set(partition, setTimeout(again, timerMs(wait)));
    },
    over: (partition) => waits.delete(partition),
    partitions: () => resting.keys(),
    end() {
      for (const timer of resting.values()) clearTimeout(timer);
      resting.clear();
      waits.clear();
    },
  };
}
