import * as fc from 'fast-check';
import { runs } from '../../runs';
import { chaos, World } from '../chaos';
import { placed, runRisk } from './risk-run';

const price = fc.constantFrom('5.5', '5.50', '0.01', '5.49999999', '5.51', '1000000', undefined);
/** A side needs a price; without one the record is no order. */
const orders = fc.array(
  fc
    .record({
      n: fc.integer({ min: 1, max: 6 }),
      price,
      side: fc.constantFrom('BUY' as const, 'SELL' as const, undefined),
      quantity: fc.integer({ min: 1, max: 9 }),
    })
    .filter(({ side, price }) => side === undefined || price !== undefined),
  { maxLength: 12 },
);
const terms = fc.record({ listPrice: fc.constantFrom('5.5', undefined), mayNamePrice: fc.boolean() });

test('nothing that has a list price is approved at another, and no price of one’s own without a limit that says so', async () => {
  await fc.assert(
    fc.asyncProperty(orders, terms, chaos, async (all, { listPrice, mayNamePrice }, trouble) => {
      const world = new World(trouble);
      const records = all.map(({ n, ...fields }) => placed(n, fields));
      const told = listPrice === undefined ? { mayNamePrice } : { mayNamePrice, listPrice };
      const { events } = await runRisk(records, { world, terms: told });
      for (const event of events) {
        if (event.type !== 'order.approved' && event.type !== 'allocate') continue;
        if (listPrice === undefined) expect(event.side !== undefined || mayNamePrice).toBe(true);
        else expect(event).toMatchObject({ price: listPrice });
        if (listPrice !== undefined) expect(event.side).toBeUndefined();
      }
    }),
    { numRuns: runs(60) },
  );
});

test.each([
  ['the list price', { price: '5.50' }, { listPrice: '5.5' }, undefined],
  ['no price', { price: undefined }, { listPrice: '5.5' }, undefined],
  ['less than the list says', { price: '0.01' }, { listPrice: '5.5' }, 'price_differs'],
  ['more than the list says', { price: '6' }, { listPrice: '5.5' }, 'price_differs'],
  ['less, where limits allow prices', { price: '0.01' }, { listPrice: '5.5', mayNamePrice: true }, 'price_differs'],
  ['a side', { price: '5.5', side: 'BUY' as const }, { listPrice: '5.5' }, 'not_an_instrument'],
  ['a price, and no list has one', { price: '0.01' }, { mayNamePrice: false }, 'own_price'],
  ['a price, and limits allow it', { price: '0.01' }, { mayNamePrice: true }, undefined],
  ['no price, and no list has one', { price: undefined }, { mayNamePrice: true }, 'no_price'],
  ['a side and no list price', { price: '0.01', side: 'SELL' as const }, { mayNamePrice: false }, undefined],
])('an order with %s', async (_, order, terms, reason) => {
  const { events } = await runRisk([placed(1, order)], { terms });
  const price = 'listPrice' in terms ? terms.listPrice : order.price;
  expect(events[0]).toMatchObject(reason ? { type: 'order.rejected', reason } : { type: 'order.approved', price });
});
