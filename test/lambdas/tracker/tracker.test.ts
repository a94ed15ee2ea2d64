import { consume } from '../../../lambdas/kafka/consume';
import type { KafkaEvent } from '../../../lambdas/kafka/event';
import type { Row, RowStore } from '../../../lambdas/kafka/rows/write-rows';
import { makeEvent } from '../../../lambdas/order/events';
import { createTracker } from '../../../lambdas/tracker/tracker';
import { loadEvent } from '../../load-event';
import { budgetOf } from '../kafka/budgets';
import { MemoryLetters } from '../kafka/memory-letters';
import { MemoryPublisher } from '../kafka/memory-publisher';
import { aRecord, eventOf, headersOf } from '../kafka/records';

class MemoryRows implements RowStore {
  readonly rows: Row[] = [];
  async put(rows: readonly Row[]) {
    this.rows.push(...rows);
  }
}

const run = async (event: string, store: RowStore = new MemoryRows()) => {
  const messages: string[] = [];
  const publisher = new MemoryPublisher();
  const log = { info: (message: string) => messages.push(message), warn: () => {}, error: () => {} };
  const answer = await consume(loadEvent<KafkaEvent>(event), createTracker({ store, log, ordersTopic: 'orders' }), {
    publisher,
    deadLetterTopic: 'order-tracker-dlq',
    letters: new MemoryLetters(),
    budget: budgetOf(1),
    now: () => 0,
    log,
  });
  return { answer, messages, letters: publisher.records, rows: (store as MemoryRows).rows };
};

test('says what it received, and keeps a row that lists the order by the time Kafka gave it', async () => {
  const { messages, rows, answer } = await run('kafka-msk');

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(messages).toEqual(['Message received: burger 5 from john', 'Message received: TCS 100 from mary']);
  expect(rows[0]).toMatchObject({
    firstWins: true,
    item: {
      order_id: '6f1c0f0e-2a77-4d9a-9a54-1f0d3c1b7a01',
      user: 'john',
      listed_at: '001763719200015#6f1c0f0e-2a77-4d9a-9a54-1f0d3c1b7a01',
    },
  });
  expect(JSON.parse(String(rows[0]?.item.events))).toMatchObject([
    { type: 'order.placed', time: '2025-11-21T10:00:00.015Z', data: { item: 'burger', quantity: 5 } },
  ]);
});

test.each(['kafka-self-managed', 'kafka-no-key'])('%s: an order like any other', async (event) => {
  const { rows, letters } = await run(event);
  expect(rows).toHaveLength(1);
  expect(letters).toEqual([]);
});

test('the same order gives the same row, whatever its headers and wherever it stands; another body gives another', async () => {
  const [one] = (await run('kafka-msk')).rows;
  const [same] = (await run('kafka-no-key')).rows;
  expect([same?.item.order_id, same?.item.sk]).toEqual([one?.item.order_id, one?.item.sk]);
});

test('a tombstone is dead-lettered whole', async () => {
  const { answer, letters } = await run('kafka-tombstone');
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(letters).toMatchObject([{ topic: 'order-tracker-dlq', value: null }]);
  expect(headersOf(letters[0])).toMatchObject({ 'dlq-error-code': 'tombstone' });
});

test('poison leaves in one invocation with its reason, and the order between is tracked', async () => {
  const { answer, letters, rows } = await run('kafka-poison');
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(rows).toHaveLength(1);
  expect(letters.map(headersOf).map((headers) => [headers['dlq-offset'], headers['dlq-error-code']])).toEqual([
    ['30', 'invalid_order'],
    ['31', 'not_utf8'],
    ['33', 'invalid_order'],
  ]);
  expect(headersOf(letters[0])).toMatchObject({ trace: Buffer.from('t'), 'dlq-attempts': '1' });
});

test('with the table away every order is reported for redelivery, none is dead-lettered', async () => {
  const away: RowStore = { put: () => Promise.reject(new Error('connect ECONNREFUSED')) };
  const { answer, letters } = await run('kafka-msk', away);
  expect(answer.batchItemFailures).toEqual([
    { itemIdentifier: { partition: 'orders-0', offset: 15 } },
    { itemIdentifier: { partition: 'orders-3', offset: 7 } },
  ]);
  expect(letters).toEqual([]);
});

test('an event of an order becomes a row by its id, the same each time; what is unknown or no event says so', async () => {
  const rows = new MemoryRows();
  const publisher = new MemoryPublisher();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const order = { order_id: '6f1c0f0e-2a77-4d9a-9a54-1f0d3c1b7a01', user: 'john', item: 'burger' };
  const rejected = makeEvent('order.rejected', { time: '2026-01-02T03:04:05.000Z' }, {
    ...order,
    quantity: 5,
    reason: 'blocked',
  } as never);
  const values = [JSON.stringify(rejected), JSON.stringify({ ...rejected, type: 'order.of_tomorrow' }), '[]'];
  const records = values.map((value, offset) => aRecord({ topic: 'order-events', offset, value: Buffer.from(value) }));

  const answer = await consume(eventOf(records), createTracker({ store: rows, log, ordersTopic: 'orders' }), {
    publisher,
    deadLetterTopic: 'order-tracker-dlq',
    letters: new MemoryLetters(),
    budget: budgetOf(1),
    now: () => 0,
    log,
  });

  expect(answer.batchItemFailures).toEqual([]);
  expect(rows.rows).toMatchObject([
    {
      item: {
        order_id: order.order_id,
        sk: rejected.event_id,
        events: expect.stringContaining('"type":"order.rejected","time":"2026-01-02T03:04:05.000Z"'),
      },
    },
  ]);
  expect(publisher.records).toMatchObject([{ value: Buffer.from('[]') }]);
  expect(headersOf(publisher.records[0])).toMatchObject({ 'dlq-error-code': 'invalid_event' });
});
