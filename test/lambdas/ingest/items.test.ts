import { itemSchema, stockAcceptedSchema } from '../../../lambdas/api/item-schemas';
import { limitsViewSchema } from '../../../lambdas/api/limit-schemas';
import { problemSchema } from '../../../lambdas/api/schemas';
import { PublishError } from '../../../lambdas/errors';
import { parseEvent } from '../../../lambdas/order/events';
import { aCall } from '../api/api-event';
import { MemoryPublisher } from '../kafka/memory-publisher';
import { anIngest } from './an-ingest';

const setPrice = (body: string, item = 'burger') => aCall('PUT /items/{item}', { item }, { body });
const stock = (body: string, item = 'burger') => aCall('POST /items/{item}/stock', { item }, { body });

describe('PUT /items/{item}', () => {
  it('sets the list price, in its one spelling', async () => {
    const { call, prices } = anIngest();
    const { status, body } = await call(setPrice('{"price":8.50}', 'fish & chips'));
    expect([status, itemSchema.strict().parse(body)]).toEqual([200, { item: 'fish & chips', price: '8.5' }]);
    expect([...prices]).toEqual([['fish & chips', '8.5']]);
  });

  it('leaves a price alone that is there already when asked to', async () => {
    const { call, prices } = anIngest();
    const add = (price: number, tag = '*') =>
      call(
        aCall(
          'PUT /items/{item}',
          { item: 'burger' },
          { body: JSON.stringify({ price }), headers: { 'if-none-match': tag } },
        ),
      );
    const statuses = [await add(8), await add(9), await add(9, '"v1"')].map(({ status }) => status);
    expect([statuses, prices.get('burger')]).toEqual([[200, 412, 400], '8']);
  });

  it.each([
    ['a price that is none', setPrice('{"price":"cheap"}'), 422],
    ['a negative price', setPrice('{"price":-1}'), 422],
    ['no price', setPrice('{}'), 422],
    ['a name no order may have', setPrice('{"price":1}', 'x'.repeat(129)), 400],
    ['no body', aCall('PUT /items/{item}', { item: 'burger' }), 400],
  ])('answers %s with a problem document', async (_, event, expected) => {
    const { call, prices } = anIngest();
    const { status, body } = await call(event);
    expect([status, problemSchema.parse(body).status]).toEqual([expected, expected]);
    expect(prices.size).toBe(0);
  });

  it('says where the fault is', async () => {
    const { body } = await anIngest().call(setPrice('{"price":"cheap"}'));
    expect(body.errors).toMatchObject([{ pointer: '#/price' }]);
  });

  it('answers 503 while the database is away', async () => {
    const { status } = await anIngest(undefined, { pricesAway: true }).call(setPrice('{"price":1}'));
    expect(status).toBe(503);
  });
});

describe('POST /items/{item}/stock', () => {
  it('publishes the receipt to the commands of its item, and answers where it stands', async () => {
    const { call, publisher } = anIngest();
    const { status, body, headers } = await call(stock('{"delta":100,"receipt_id":"delivery-7"}'));
    expect(status).toBe(202);
    expect(headers.location).toMatch(/\/stock\/delivery-7$/);
    expect(stockAcceptedSchema.strict().parse(body)).toEqual({
      receipt_id: 'delivery-7',
      topic: 'order-commands',
      partition: 0,
      offset: 0,
    });
    const [record] = publisher.records;
    expect(record).toMatchObject({ topic: 'order-commands', key: 'burger' });
    expect(parseEvent(String(record?.value))).toMatchObject({
      ok: true,
      value: { type: 'stock.received', item: 'burger', delta: 100, receipt_id: 'delivery-7' },
    });
  });

  it('makes a receipt id when there is none', async () => {
    const { call } = anIngest();
    const ids = [await call(stock('{"delta":1}')), await call(stock('{"delta":1}'))].map(({ body }) => body.receipt_id);
    expect(new Set(ids).size).toBe(2);
  });

  it.each(['{"delta":0}', '{"delta":1.5}', '{"delta":"5"}', '{}', '{"delta":1,"receipt_id":""}'])(
    'answers 422 to %s',
    async (body) => {
      const { call, publisher } = anIngest();
      expect((await call(stock(body))).status).toBe(422);
      expect(publisher.calls).toBe(0);
    },
  );

  it('names the receipt when nobody knows whether Kafka has it, so that it can be sent again', async () => {
    const down = new MemoryPublisher(() => {
      throw new PublishError('Kafka did not acknowledge');
    });
    const { status, body } = await anIngest(down).call(stock('{"delta":5}'));
    expect([status, body.receipt_id]).toEqual([503, expect.any(String)]);
  });
});

describe('PATCH /limits', () => {
  const change = (body: string, item = 'burger') => aCall('PATCH /limits/items/{item}', { item }, { body });

  it('changes what is named, takes back what is null, and leaves the rest', async () => {
    const { call, limits } = anIngest();
    const user = (body: string) => call(aCall('PATCH /limits/users/{user}', { user: 'john' }, { body }));
    await user('{"max_quantity":10,"may_sell_short":false}');
    const { status, body } = await user('{"max_open_notional":"50.00","may_sell_short":null,"blocked":true}');
    expect([status, limitsViewSchema.strict().parse(body)]).toEqual([
      200,
      { of: 'user', name: 'john', set: { max_quantity: 10, max_open_notional: '50', blocked: true } },
    ]);
    expect([...limits.keys()]).toEqual(['user#john']);
  });

  it('keeps the limits of everybody and of items apart from users’', async () => {
    const { call, limits } = anIngest();
    await call(aCall('PATCH /limits', {}, { body: '{"max_quantity":100}' }));
    await call(change('{"blocked":true}', 'fish & chips'));
    expect([...limits]).toEqual([
      ['everybody', { max_quantity: 100 }],
      ['item#fish & chips', { blocked: true }],
    ]);
  });

  it.each([
    ['nothing', change('{}')],
    ['a limit that there is not', change('{"max_quantitty":5}')],
    ['one that means nothing for an item', change('{"may_sell_short":true}')],
    ['blocking everybody', aCall('PATCH /limits', {}, { body: '{"blocked":true}' })],
    ['no quantity', change('{"max_quantity":0}')],
    ['money that is none', aCall('PATCH /limits', {}, { body: '{"max_open_notional":"much"}' })],
    ['a text for a yes', change('{"blocked":"yes"}')],
  ])('answers 422 to %s', async (_, event) => {
    const { call, limits } = anIngest();
    const { status, body } = await call(event);
    expect([status, problemSchema.parse(body).detail]).toEqual([422, expect.stringMatching(/limit|must be/)]);
    expect(limits.size).toBe(0);
  });
});
