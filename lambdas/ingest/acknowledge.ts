import { RETRY_AFTER } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { ProblemError, problem } from '../api/problem';
import { OrderflowError } from '../errors';
import type { Delivery, OutgoingRecord, Publisher } from '../kafka/publisher';
import type { Log } from '../logger';

export interface AcknowledgePorts {
  readonly publisher: Publisher;
  readonly log: Pick<Log, 'error'>;
}

/** One send for all of them; undefined when nobody knows what became of it. */
export async function publishAll(
  records: readonly OutgoingRecord[],
  event: ApiEvent,
  { publisher, log }: AcknowledgePorts,
): Promise<readonly Delivery[] | undefined> {
  try {
    return await publisher.publish(records);
  } catch (error) {
    if (!(error instanceof OrderflowError && error.retriable)) throw error;
    log.error('Records not acknowledged', {
      request_id: event.requestContext.requestId,
      route: event.routeKey,
      records: records.length,
      code: error.code,
      reason: error.message,
    });
    return undefined;
  }
}

/** Where a record stands. @throws ProblemError 503 with this advice when nobody knows whether Kafka has it. */
export async function publishOne(
  record: OutgoingRecord,
  event: ApiEvent,
  ports: AcknowledgePorts,
  advice: string,
  extensions: Readonly<Record<string, unknown>>,
): Promise<Delivery> {
  const [delivery] = (await publishAll([record], event, ports)) ?? [];
  if (!delivery) throw notAcknowledged(advice, extensions);
  return delivery;
}

export const notAcknowledged = (detail: string, extensions: Readonly<Record<string, unknown>>) =>
  new ProblemError(problem('not_acknowledged', detail, extensions), RETRY_AFTER);
