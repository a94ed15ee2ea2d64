import { stripVTControlCharacters } from 'node:util';
import { itemReport } from '../../../bin/commands/item';
import { limitsReport } from '../../../bin/commands/limits';

const plain = (text: string) => stripVTControlCharacters(text);

test('an item is told with its price and its stock, as far as either is known', () => {
  expect(plain(itemReport({ item: 'burger', price: '5.5', stock: { available: 7, reserved: 2, waiting: 1 } }))).toBe(
    'burger  5.5  7 available, 2 reserved, 1 waiting',
  );
  expect(plain(itemReport({ item: 'soup', price: '4' }))).toBe('soup  4  no stock came yet');
  expect(plain(itemReport({ item: 'nut', stock: { available: 0, reserved: 0, waiting: 0 } }))).toBe(
    'nut  no list price  0 available',
  );
});

test('limits are told a line each, those that are set for just this marked', () => {
  const in_force = {
    max_open_notional: '50',
    max_quantity: 10,
    may_sell_short: true,
    may_name_price: false,
    blocked: true,
  };
  expect(
    plain(limitsReport({ of: 'user', name: 'john', set: { max_open_notional: '50', blocked: true }, in_force })),
  ).toBe(
    [
      'Limits of user john',
      '  max_open_notional  50           set here',
      '  max_quantity       10',
      '  may_sell_short     yes',
      '  may_name_price     no',
      '  blocked            yes          set here',
    ].join('\n'),
  );
});
