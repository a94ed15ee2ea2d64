import type { Context } from 'aws-lambda';
import type { Log } from '../logger';
import { endCallsWith } from './call-limit';
import { type Consumer, consume } from './consume';
import type { KafkaBatchResponse, KafkaEvent } from './event';
import type { Letters } from './letters';
import type { Publisher } from './publisher';
import { ANSWER_MS, type Budget, invocationBudget } from './retry';
import { type Suspects, watchForKillers } from './suspects';

export interface HandlerDeps {
  readonly publisher: Publisher;
  readonly deadLetterTopic: string;
  /** Where records that kill their environment are counted. */
  readonly suspects: Suspects;
  /** Where written dead letters are remembered. */
  readonly letters: Letters;
  readonly log: Log;
}

/**
 * The Lambda handler of a consumer. Create it once, outside the handler function: its publisher and its caches live as long
 * as the execution environment.
 */
export function createConsumerHandler<E>(consumer: Consumer<E>, deps: HandlerDeps) {
  const watched = watchForKillers(consumer, deps.suspects);
  process.once('SIGTERM', () => void deps.publisher.close());

  return async (event: KafkaEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<KafkaBatchResponse> => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const budget = invocationBudget(remainingMs);
    const letterBudget = invocationBudget(remainingMs, ANSWER_MS);
    const letters = within(letterBudget, deps.letters);
    endCallsWith(budget);
    try {
      return await watched(event, async (consumer) => {
        const answer = await consume(event, consumer, { ...deps, budget, letterBudget, letters, now: Date.now });
        // What is left to do has the time that was kept for it: to clear the count of a record that is watched.
        endCallsWith(letterBudget);
        return answer;
      });
    } finally {
      budget.close();
      letterBudget.close();
    }
  };
}

/** Letters come after the work, and have time of their own. */
const within = (budget: Budget, letters: Letters): Letters => ({
  written: (ids) => {
    endCallsWith(budget);
    return letters.written(ids);
  },
  note: (ids) => letters.note(ids),
});
