import fc from 'fast-check';
import { byCourse } from '../../../lambdas/order/course';
import { eventSchemas } from '../../../lambdas/order/events';

const at =
  (time: string) =>
  (type: string, data: object = {}) => ({ type, time, data: { ...data } });
const noon = at('2026-11-21T12:00:00.000Z');
const later = at('2026-11-21T12:00:00.001Z');

it.each([
  [
    'a food order',
    [
      noon('order.placed'),
      noon('order.approved'),
      noon('order.reserved'),
      noon('order.charged'),
      noon('order.completed'),
    ],
  ],
  [
    'one that waited',
    [noon('order.approved'), noon('order.backordered'), later('order.reserved'), later('order.completed')],
  ],
  [
    'a paid one that was cancelled',
    [noon('order.charged'), later('order.cancel_requested'), later('order.cancelled'), later('order.refunded')],
  ],
  ['one that swept the book', [1, 2, 10].map((trade_sequence) => noon('order.filled', { trade_sequence }))],
  ['one with an event nobody knows', [noon('order.placed'), noon('order.teleported'), later('order.approved')]],
])('tells the life of %s in its course, however its events come', (_, life) => {
  fc.assert(
    fc.property(fc.shuffledSubarray(life, { minLength: life.length }), (events) => {
      expect([...events].sort(byCourse)).toEqual(life);
    }),
  );
});

it('knows the place of every event of the catalogue that an order has', () => {
  const types = eventSchemas.map((schema) => schema.shape.type.value).filter((type) => type.startsWith('order.'));
  for (const type of types) expect(byCourse(noon(type), noon('order.teleported'))).toBeLessThan(0);
});
