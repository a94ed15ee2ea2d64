import Big from 'big.js';
import * as fc from 'fast-check';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';
import { runs } from '../../runs';
import { chaos, World } from '../chaos';
import { headersOf } from '../kafka/records';
import { anOrder, cancelled, cancelRequested, completed, declined, filled, orderId, placed, runRisk } from './risk-run';

const foodFate = fc.constantFrom('open', 'completed', 'declined', 'cancelled', 'declined+cancelled');
const food = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), fate: foodFate, cancel: fc.boolean() });
const instrument = fc.record({
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  fills: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
  rest: fc.integer({ min: 0, max: 5 }),
  cancelRest: fc.boolean(),
});

interface Life {
  readonly records: readonly ConsumedRecord[];
  readonly open: string;
  readonly held: number;
}

const foodLife = (
  n: number,
  { quantity, fate, cancel }: { quantity: number; fate: string; cancel: boolean },
): Life => ({
  records: [
    placed(n, { quantity }),
    ...fate.split('+').flatMap((what) => {
      if (what === 'completed') return [completed(n, { quantity })];
      if (what === 'declined') return [declined(n, { quantity })];
      return what === 'cancelled' ? [cancelled(n, quantity, { quantity })] : [];
    }),
    ...(cancel ? [cancelRequested(n)] : []),
  ],
  open: fate === 'open' ? Big('8.5').times(quantity).toFixed() : '0',
  held: 0,
});

function instrumentLife(
  n: number,
  { side, fills, rest, cancelRest }: { side: 'BUY' | 'SELL'; fills: number[]; rest: number; cancelRest: boolean },
): Life {
  const sum = fills.reduce((total, one) => total + one, 0);
  const quantity = sum + rest || 1;
  let remaining = quantity;
  const done = fills.map((one, index) => {
    remaining -= one;
    return filled(n, index + 1, one, remaining, { side, price: '8' });
  });
  const ends = cancelRest && remaining > 0;
  return {
    records: [placed(n, { quantity, side }), ...done, ...(ends ? [cancelled(n, remaining, { side })] : [])],
    open: ends ? '0' : Big('8.5').times(remaining).toFixed(),
    held: side === 'BUY' ? sum : -sum,
  };
}

const lives = fc
  .tuple(fc.array(food, { maxLength: 6 }), fc.array(instrument, { maxLength: 4 }))
  .map(([foods, instruments]) => [
    ...foods.map((life, n) => foodLife(n, life)),
    ...instruments.map((life, n) => instrumentLife(100 + n, life)),
  ]);

const withRepeats = (records: readonly ConsumedRecord[]) =>
  fc
    .subarray([...records])
    .chain((again) => fc.shuffledSubarray([...records, ...again], { minLength: records.length + again.length }));

const caused = lives.chain((all) =>
  withRepeats(all.flatMap(({ records }) => records)).map((records) => ({
    all,
    // What a consumer says of an order it says after risk has approved it; what it says may be mixed at will, and repeated.
    records: [...all.map(({ records: [first] }) => first as ConsumedRecord), ...records],
  })),
);
const finalLives = lives.map((all) => all.filter(({ open }) => open === '0'));
const uncaused = finalLives.chain((all) =>
  withRepeats(all.flatMap(({ records }) => records)).map((records) => ({ all, records })),
);

const total = (all: readonly Life[]) => all.reduce((sum, { open }) => sum.plus(open), Big(0)).toFixed();
const held = (all: readonly Life[]) => all.reduce((sum, life) => sum + life.held, 0);

test('open notional is what the open orders come to, whatever comes twice, late or mixed, and whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(caused, chaos, async ({ all, records }, trouble) => {
      const world = new World(trouble);
      const { exposure, told } = await runRisk(records, { world, ordersInRow: 3 });
      expect(world.dead.records).toEqual([]);
      expect(exposure()?.notional ?? '0').toBe(total(all));
      expect(exposure()?.items.burger?.held ?? 0).toBe(held(all));
      expect(told.filter((text) => text.startsWith('order.approved'))).toHaveLength(all.length);
    }),
    { numRuns: runs(50) },
  );
});

test('when all orders are final nothing is open, even where an end was seen before its order', async () => {
  await fc.assert(
    fc.asyncProperty(uncaused, chaos, async ({ all, records }, trouble) => {
      const { exposure, world } = await runRisk(records, { world: new World(trouble), ordersInRow: 3 });
      expect(world.dead.records).toEqual([]);
      expect(exposure()?.notional ?? '0').toBe('0');
      expect(exposure()?.items.burger?.held ?? 0).toBe(held(all));
      expect(exposure()?.items.burger?.selling ?? 0).toBe(0);
    }),
    { numRuns: runs(50) },
  );
});

const bodies = fc.array(
  fc.record({
    n: fc.integer({ min: 1, max: 3 }),
    user: fc.constantFrom('john', 'jane'),
    quantity: fc.integer({ min: 1, max: 2 }),
  }),
  { maxLength: 12 },
);

test('of different bodies under one id one counts, and every other is told and dead-lettered', async () => {
  await fc.assert(
    fc.asyncProperty(bodies, chaos, async (all, trouble) => {
      const world = new World(trouble);
      const { events } = await runRisk(
        all.map(({ n, ...fields }) => placed(n, fields)),
        { world },
      );
      for (const n of new Set(all.map((body) => body.n))) {
        const different = new Set(all.filter((body) => body.n === n).map((body) => `${body.user} ${body.quantity}`));
        const of = (type: string) => events.filter((event) => event.type === type && event.order_id === orderId(n));
        expect(of('order.approved')).toHaveLength(1);
        expect(of('order.conflicted')).toHaveLength(different.size - 1);
      }
      const codes = new Set(world.dead.records.map((record) => headersOf(record)['dlq-error-code']));
      expect([...codes].every((code) => code === 'order_id_conflict')).toBe(true);
    }),
    { numRuns: runs(30) },
  );
});

test('no sequence of orders lets the open notional pass the limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 15 }),
      chaos,
      async (quantities, trouble) => {
        const world = new World(trouble, {
          refuse: (_, { state }) => expect(Number((state as { notional: string }).notional)).toBeLessThanOrEqual(170),
        });
        await runRisk(
          quantities.map((quantity, n) => placed(n, { quantity, item: anOrder(n).item })),
          { world, terms: { maxOpenNotional: '170' } },
        );
      },
    ),
    { numRuns: runs(30) },
  );
});
