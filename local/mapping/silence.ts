import { monotonicMs } from '../../shared/time';

export interface Silence {
  /** Kafka has answered. */
  heard(): void;
  /** Nothing is asked of Kafka until `ask`, so that no answer is missing. */
  pause(): void;
  /** Kafka is asked again, and its time begins anew. */
  ask(): void;
  /** Whether an answer is overdue. */
  lasts(): boolean;
}

/**
 * Tells a Kafka that does not answer from a poller that does not ask.
 *
 * @param firstMs how long the first answer may take; every other one `limitMs`
 * @param now milliseconds of a clock that nobody sets
 */
export function createSilence(limitMs: number, firstMs: number, now: () => number = monotonicMs): Silence {
  let overdue = now() + firstMs;
  let paused = false;
  const heard = () => {
    overdue = now() + limitMs;
  };
  return {
    heard,
    pause: () => {
      paused = true;
    },
    ask: () => {
      paused = false;
      heard();
    },
    lasts: () => !paused && now() > overdue,
  };
}
