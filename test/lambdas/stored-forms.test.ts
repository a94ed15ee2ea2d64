import { shortId } from '../../lambdas/analytics/short-id';
import { objectName } from '../../lambdas/audit/object-name';
import { paymentKey } from '../../lambdas/billing/payment-key';
import { queueKey } from '../../lambdas/inventory/order-facts';
import { setName } from '../../lambdas/kafka/rows/set-name';
import { eventSchemas, type OrderflowEvent, versionOf } from '../../lambdas/order/events';
import { compactId } from '../../lambdas/order/ids';
import { writePositionKey } from '../../lambdas/position/position-key';
import { userKey } from '../../lambdas/reporting/row-keys';
import { statementOf } from '../../lambdas/reporting/statement';
import { documentKey } from '../../lambdas/reporting/statement-documents';
import { cancelKey } from '../../lambdas/risk/order-facts';
import { exampleOf } from '../../scripts/events-document';

/**
 * What is kept, or what others hold, by a name or a hash that is made of contents: a later version must make the same of the
 * same, or a repeat is something new. If a test here fails, the change breaks what earlier versions wrote: keep the old form
 * for what is old.
 */

const ORDER = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';

/**
 * The fields of each type: those it began with, then those that joined with each version. What stands here stays; fields that
 * join get a list of their own at the end, and the type a higher version in its schema.
 */
const history: Record<OrderflowEvent['type'], readonly string[]> = {
  'order.cancel_requested': ['order_id user item? side? requested_by operator'],
  'order.approved': ['order_id user item side? quantity price placed_at?'],
  'order.rejected': ['order_id user item side? quantity price? placed_at? reason'],
  'order.conflicted': ['order_id user item side? quantity price? digest reason'],
  allocate: ['order_id user item side? quantity price placed_at?'],
  cancel: ['order_id user item side? quantity price placed_at?'],
  'stock.received': ['item delta receipt_id'],
  'order.reserved': ['order_id user item side? quantity price'],
  'order.backordered': ['order_id user item side? quantity price'],
  'order.charged': ['order_id user item side? amount payment_id quantity'],
  'order.declined': ['order_id user item side? amount payment_id quantity reason'],
  'order.refunded': ['order_id user item side? amount payment_id quantity reason'],
  settle: ['order_id user item side? payment_id'],
  release: ['order_id user item side? payment_id'],
  'order.completed': ['order_id user item side? quantity price'],
  'order.resting': ['order_id user item side? quantity price remaining'],
  'order.filled': ['order_id user item side? quantity price remaining trade_sequence'],
  'trade.executed': ['item sequence price quantity buy_order_id buyer sell_order_id seller taker'],
  'order.cancelled': ['order_id user item side? remaining reason', 'digest?'],
  'order.cancel_refused': ['order_id user item side? remaining reason'],
  'market.updated': ['item revision sequence volume last_price? best_bid? best_ask?'],
  'position.updated': ['item user revision sequence quantity cost average_price? realised_profit'],
};

describe.each(eventSchemas.map((schema) => [schema.shape.type.value, schema] as const))('%s', (type, schema) => {
  const envelope = ['event_id', 'type', 'version', 'time'];
  const own = Object.entries(schema.shape).filter(([name]) => !envelope.includes(name));

  it('has the fields of its version', () => {
    const fields = own.map(([name, field]) => (field.safeParse(undefined).success ? `${name}?` : name));
    expect(fields.sort()).toEqual(history[type].flatMap((joined) => joined.split(' ')).sort());
    expect(versionOf(schema)).toBe(history[type].length);
    expect(exampleOf(type).version).toBe(history[type].length);
  });

  it('takes no field that joined for granted, since events of before lack it', () => {
    const [, ...later] = history[type];
    expect(later.flatMap((joined) => joined.split(' ')).filter((name) => !name.endsWith('?'))).toEqual([]);
  });
});

describe('names that follow from contents', () => {
  it.each([
    ['order.cancel_requested', '520803f6-265f-5aa7-adab-b7dfa79809bd'],
    ['order.approved', '8aca0c9c-5e86-5ac2-a4b3-8ed635bd0d85'],
    ['order.rejected', 'e0ac2428-ffd8-547f-b3cf-a52f2380f321'],
    ['order.conflicted', 'c60e50ed-9e41-5236-ac8e-6c4e3d9e2134'],
    ['allocate', '9560bf0f-71d2-575f-9045-dd7de68e0245'],
    ['cancel', 'e96f3e64-4a30-5cd0-9ae5-b2bc9c2b0d35'],
    ['stock.received', '1199867f-732f-541d-9055-5d7f917f3b88'],
    ['order.reserved', '3f0712fc-a884-5573-9ca0-ae6526a18d35'],
    ['order.backordered', 'd9168498-3ad8-5131-98f7-73983e4e6ce7'],
    ['order.charged', '8c39b574-3e01-596d-a117-9835ba4e2f82'],
    ['order.declined', '8de6d271-57f5-5ed5-9b2e-2c4bde067097'],
    ['order.refunded', 'b4b8680a-2845-5b53-bd2c-7875522cd9aa'],
    ['settle', 'deed0099-cbd7-5119-806e-cd902c4e3ac6'],
    ['release', 'c0de0174-5874-5480-9e22-fec92a430a01'],
    ['order.completed', 'b26c496a-9fd7-5b5a-82e0-9fddf7fe01f1'],
    ['order.resting', 'e88e8150-a8ad-5eba-878e-94acec2113be'],
    ['order.filled', '559deaf3-9475-5e17-abfc-f6b6c3878bb5'],
    ['trade.executed', '4152a86c-8765-566c-8b81-d670ed7c345f'],
    ['order.cancelled', 'e056c995-c28d-50f8-b7c0-ffa4c467f38b'],
    ['order.cancel_refused', 'bc3c1acc-81eb-534c-ae50-da7c177f3316'],
    ['market.updated', '82101261-230b-563b-a8e7-e45164a359ad'],
    ['position.updated', '440189e1-74c8-5e98-bef2-781ae9a581b5'],
  ] as const)("an event's id: %s", (type, id) => expect(exampleOf(type).event_id).toBe(id));

  it.each([
    ['one event as a row of its order', setName(['a']), 'a'],
    ['several events as one row', setName(['b', 'a']), 'events#XYsSQbBITdIMLP7Kb2kr7PurXRg'],
    [
      'the key of a charge, which the payment provider knows',
      paymentKey(ORDER),
      'f1128a47-ab13-5a98-bc05-5072b7ce8650',
    ],
    ["a user's request to cancel", cancelKey(ORDER, 'Zoë'), `order#${ORDER}/cancel#R3GntH2zpaMe0eQ3XpHnzcZ1Bgs`],
    ['an order in a row of many', compactId(ORDER), 'C45_PFpRTA-dDj9vDV2aEQ'],
    ["a user among a day's rows", userKey('Zoë'), { shard: 6, hash: 'xqEmmFgvwRBOokEHotcmgUX_' }],
    [
      'the document of a statement',
      documentKey({ user: '../x', date: '2026-11-21', revision: 1 }, 'json'),
      'statements/2026-11-21/~1rlql9FH2qrknrh6XKe_vCgOeVUQFt-Kpe3Fkg0hwnQ/0001.json',
    ],
    [
      'an object of the archive',
      objectName({ topic: 'orders', partition: 3, first: 120, last: 347 }),
      'orders/3/0000000000000000120-0000000000000000347',
    ],
    ['an event among those that a window counted', shortId('8aca0c9c-5e86-5ac2-a4b3-8ed635bd0d85'), '68dZQYwjbtg'],
    ['a position', writePositionKey({ user: 'a"b', item: 'x' }), '["a\\"b","x"]'],
    ['a place in the queue', queueKey('burger', 1234), 'queue#burger#1/234'],
  ])('%s', (_, name, golden) => expect(name).toEqual(golden));

  it('a statement, so that a day which did not change is not issued again', () => {
    const line = {
      event_id: 'e1',
      type: 'order.charged' as const,
      time: '2026-11-21T10:00:00.000Z',
      order_id: ORDER,
      item: 'burger',
      quantity: 5,
      amount: '27.5',
      payment_id: 'p',
    };
    const { digest } = statementOf({ user: 'john', date: '2026-11-21', timeZone: 'UTC' }, [line]);
    expect(digest).toBe('cV-GLi-RboX4anI38-dlEgZCjU4hzL6XXatT_99uNpw');
  });
});
