import fc from 'fast-check';
import { type StatusEvent, statuses, statusOf } from '../../../lambdas/order/status';

const eventOf = (status: string): StatusEvent =>
  status === 'partially_filled'
    ? { type: 'order.filled', remaining: 3 }
    : { type: `order.${status}`, remaining: status === 'filled' ? 0 : undefined };

const anyEvents = fc.array(fc.constantFrom(...statuses).map(eventOf), { minLength: 1 });

describe('statusOf', () => {
  it('is the most telling of what has happened', () => {
    statuses.forEach((status, index) => {
      expect(statusOf(statuses.slice(index).map(eventOf))).toBe(status);
    });
  });

  it('does not depend on the order of the events, nor on repeats', () => {
    const withShuffle = anyEvents.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length })),
    );
    fc.assert(fc.property(withShuffle, ([events, shuffled]) => expect(statusOf(shuffled)).toBe(statusOf(events))));
  });

  it('passes over what says nothing of the status', () => {
    const events = [{ type: 'order.cancel_requested' }, { type: 'order.placed' }, { type: 'order.partially_filled_x' }];
    expect(statusOf(events)).toBe('placed');
  });
});
