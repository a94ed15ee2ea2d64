import { readOrderText, singular } from '../../bin/order-text';

test.each([
  ['john wants 5 burgers', { user: 'john', quantity: 5, item: 'burger' }],
  ['  mary   orders 1 burger ', { user: 'mary', quantity: 1, item: 'burger' }],
  ['ann wants a pizza', { user: 'ann', quantity: 1, item: 'pizza' }],
  ['ann smith buys 2 club sandwiches @ 4.50', { user: 'ann smith', quantity: 2, item: 'club sandwich', price: '4.50' }],
  ['BUY 100 TCS @ 3200', { side: 'BUY', quantity: 100, item: 'TCS', price: '3200' }],
  ['sell 3 INFYS at 1500.25', { side: 'SELL', quantity: 3, item: 'INFYS', price: '1500.25' }],
])('reads "%s"', (text, order) => {
  expect(readOrderText(text)).toEqual(order);
});

test.each(['', 'hello', 'john wants burgers', 'BUY TCS', 'wants 5 burgers'])(
  'refuses "%s" and says how to write it',
  (text) => {
    expect(() => readOrderText(text)).toThrow('is no order: write "john wants 5 burgers"');
  },
);

test.each([
  ['burgers', 5, 'burger'],
  ['fries', 3, 'fries'],
  ['glass', 2, 'glass'],
  ['boxes', 2, 'box'],
  ['sandwiches', 2, 'sandwich'],
  ['burgers', 1, 'burgers'],
])('%s of %d is %s', (item, count, name) => {
  expect(singular(item, count)).toBe(name);
});
