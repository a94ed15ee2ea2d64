import type { Context } from 'aws-lambda';
import type { Log } from '../logger';
import { type Consumer, consume } from './consume';
import type { KafkaBatchResponse, KafkaEvent } from './event';
import type { Publisher } from './publisher';
import { invocationBudget } from './retry';

export interface HandlerDeps {
  readonly publisher: Publisher;
  readonly deadLetterTopic: string;
  readonly log: Log;
}

/**
 * The Lambda handler of a consumer. Create it outside the handler function: its publisher and its caches live as long as
 * the execution environment.
 */
export function createConsumerHandler<E>(consumer: Consumer<E>, deps: HandlerDeps) {
  return (event: KafkaEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<KafkaBatchResponse> =>
    consume(event, consumer, {
      ...deps,
      budget: invocationBudget(() => context.getRemainingTimeInMillis()),
      now: Date.now,
    });
}
