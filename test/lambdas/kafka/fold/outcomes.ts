import type { Outcome } from '../../../../lambdas/kafka/fold/fold';
import type { OutgoingRecord } from '../../../../lambdas/kafka/publisher';

/** An outcome that says something, and nothing else that matters. */
export const saying = (topic: string, key: string, text: string): Outcome => ({
  topic,
  key,
  source: '/test',
  event: { event_id: key, type: 'test.said', time: '2026-01-01T00:00:00.000Z', text },
});

/** What a published outcome says. */
export const textOf = ({ value }: OutgoingRecord): string => JSON.parse(value as string).text;
