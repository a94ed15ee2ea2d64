import fc from 'fast-check';
import { type Figures, noFigures, noItem, sumFigures } from '../../../lambdas/analytics/figures';

const figures = fc.record({
  ...Object.fromEntries(
    ['approved', 'rejected', 'charged', 'declined', 'refunded', 'completed', 'traded'].map((name) => [name, fc.nat(9)]),
  ),
  charged_amount: fc.constantFrom('0', '0.1', '0.2', '99999999999999999.00000001'),
  refunded_amount: fc.constantFrom('0', '0.3'),
  traded_amount: fc.constantFrom('0', '7'),
  items: fc
    .uniqueArray(fc.constantFrom('burger', 'fries', '__proto__', 'constructor', 'é'))
    .map((items) => items.map((item) => [item, { orders: 1, quantity: '1000000000', revenue: '-0.1' }])),
}) as unknown as fc.Arbitrary<Figures>;

const bySorted = (sum: Figures) => ({ ...sum, items: [...sum.items].sort() });

describe('sumFigures', () => {
  it('is exact where doubles are not, also beyond what they count', () => {
    const many = Array.from({ length: 20 }, () => ({
      ...noFigures,
      charged_amount: '0.1',
      items: [['burger', { ...noItem, quantity: '900000000000001' }]] as const,
    }));
    const sum = sumFigures(many);
    expect(sum.charged_amount).toBe('2');
    expect(sum.items).toEqual([['burger', { ...noItem, quantity: '18000000000000020' }]]);
  });

  it('does not depend on order or grouping', () => {
    fc.assert(
      fc.property(fc.array(figures, { maxLength: 8 }), fc.nat(8), (all, cut) => {
        const parts = sumFigures([sumFigures(all.slice(cut)), sumFigures(all.slice(0, cut))]);
        expect(bySorted(parts)).toEqual(bySorted(sumFigures(all)));
      }),
    );
  });

  it('adds up what it has no room for as other items, however the sums are cut', () => {
    const item = (name: string): Figures => ({
      ...noFigures,
      items: [[name, { orders: 1, quantity: '2', revenue: '3' }]],
    });
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'dd', 'eee')), fc.nat(300), (names, room) => {
        const atOnce = sumFigures(names.map(item), room);
        const oneByOne = names.reduce((sum, name) => sumFigures([sum, item(name)], room), noFigures);
        expect(oneByOne).toEqual(atOnce);
        const orders = atOnce.items.reduce((sum, [, { orders }]) => sum + orders, atOnce.other_items?.orders ?? 0);
        expect(orders).toBe(names.length);
        expect(atOnce.items.length * 61).toBeLessThanOrEqual(room);
      }),
    );
  });
});
