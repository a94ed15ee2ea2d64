import Big from 'big.js';
import * as fc from 'fast-check';
import {
  averagePrice,
  book,
  type Execution,
  flat,
  type Holding,
  unrealisedProfit,
} from '../../../lambdas/position/holding';

const buy = (quantity: number, price: string): Execution => ({ side: 'BUY', quantity, price });
const sell = (quantity: number, price: string): Execution => ({ side: 'SELL', quantity, price });
const after = (...executions: Execution[]): Holding => executions.reduce(book, flat);

test.each([
  ['buying more averages the price', [buy(10, '100'), buy(30, '104')], '40', '4120', '103', '0'],
  [
    'selling a part realises profit at the average',
    [buy(10, '100'), buy(10, '110'), sell(5, '120')],
    '15',
    '1575',
    '105',
    '75',
  ],
  ['selling all leaves only the profit', [buy(10, '100'), sell(10, '99.5')], '0', '0', undefined, '-5'],
  ['selling first goes short', [sell(10, '100'), sell(10, '90')], '-20', '-1900', '95', '0'],
  ['buying back realises what the price fell', [sell(10, '100'), buy(4, '80')], '-6', '-600', '100', '80'],
  [
    'selling more than is held turns the position round',
    [buy(10, '100'), sell(25, '110')],
    '-15',
    '-1650',
    '110',
    '100',
  ],
  ['buying more than was sold turns it back', [sell(10, '100'), buy(30, '90')], '20', '1800', '90', '100'],
])('%s', (_, executions, quantity, cost, average, realised) => {
  const holding = after(...executions);
  expect(holding).toEqual({ quantity, cost, realised });
  expect(averagePrice(holding)).toBe(average);
});

test('a share of the cost that has no end is rounded to eight decimals, and the rest stays', () => {
  const bought = after(buy(1, '0.00000001'), buy(2, '33.33333333'));
  expect(bought.cost).toBe('66.66666667');
  expect(averagePrice(bought)).toBe('22.22222222');

  const parted = book(bought, sell(1, '30'));
  expect(parted).toEqual({ quantity: '2', cost: '44.44444445', realised: '7.77777778' });
  expect(book(parted, sell(2, '30'))).toEqual({ quantity: '0', cost: '0', realised: '23.33333333' });
});

test('the largest orders at the finest prices stay exact', () => {
  const price = '9999999999.99999999';
  const holding = after(...Array.from({ length: 20 }, () => buy(1_000_000_000, price)));
  expect(holding.cost).toBe(Big(price).times(20_000_000_000).toFixed());
  expect(holding.quantity).toBe('20000000000');
});

const execution: fc.Arbitrary<Execution> = fc.record({
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  quantity: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 1_000_000_000 })),
  price: fc.bigInt({ min: 1n, max: 10n ** 18n }).map((units) => Big(String(units)).div(1e8).toFixed()),
});
const executions = fc.array(execution, { maxLength: 40, size: 'max' });

test('no money appears or vanishes: profit = money in − money out + cost of what is open', () => {
  void fc.assert(
    fc.property(executions, (list) => {
      const { quantity, cost, realised } = after(...list);
      const sign = ({ side }: Execution) => (side === 'BUY' ? 1 : -1);
      const out = list.reduce((sum, one) => sum.plus(Big(one.price).times(one.quantity * sign(one))), Big(0));
      expect(quantity).toBe(String(list.reduce((sum, one) => sum + BigInt(one.quantity * sign(one)), 0n)));
      expect(Big(realised).toFixed()).toBe(Big(cost).minus(out).toFixed());
      if (quantity === '0') expect(cost).toBe('0');
      else expect(Big(cost).s).toBe(Big(quantity).s);
    }),
  );
});

test('profit in all is the same in whatever order trades come', () => {
  const shuffled = executions.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  void fc.assert(
    fc.property(shuffled, ([list, other]) => {
      const total = (holding: Holding) => Big(holding.realised).plus(unrealisedProfit(holding, '17.25')).toFixed();
      expect(total(after(...list))).toBe(total(after(...other)));
    }),
  );
});
