import type { Context } from 'aws-lambda';
import type { Log } from '../logger';
import { type Consumer, consume } from './consume';
import type { KafkaBatchResponse, KafkaEvent } from './event';
import type { Publisher } from './publisher';
import { invocationBudget } from './retry';
import { type Suspects, watchForKillers } from './suspects';

export interface HandlerDeps {
  readonly publisher: Publisher;
  readonly deadLetterTopic: string;
  /** Where records that kill their environment are counted. */
  readonly suspects: Suspects;
  readonly log: Log;
}

/**
 * The Lambda handler of a consumer. Create it once, outside the handler function: its publisher and its caches live as long
 * as the execution environment.
 */
export function createConsumerHandler<E>(consumer: Consumer<E>, deps: HandlerDeps) {
  const watched = watchForKillers(consumer, deps.suspects);
  process.once('SIGTERM', () => void deps.publisher.close());

  return async (event: KafkaEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<KafkaBatchResponse> =>
    consume(event, await watched(event), {
      ...deps,
      budget: invocationBudget(() => context.getRemainingTimeInMillis()),
      now: Date.now,
    });
}
