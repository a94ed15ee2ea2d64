import '../../../lambdas/kafka/kafkajs-client';
import RequestQueue from 'kafkajs/src/network/requestQueue';

function aQueue(pending: unknown[], throttledUntil: number) {
  const queue = Object.assign(Object.create(RequestQueue.prototype) as RequestQueue, { pending, throttledUntil });
  const timer = jest.spyOn(global, 'setTimeout').mockReturnValue({} as NodeJS.Timeout);
  queue.scheduleCheckPendingRequests();
  const delays = timer.mock.calls.map(([, delay]) => delay);
  timer.mockRestore();
  return delays;
}

describe('an idle connection of kafkajs', () => {
  it('sets no timer', () => {
    expect(aQueue([], -1)).toEqual([]);
  });

  it('still comes back to requests that wait', () => {
    expect(aQueue([{}], -1)).toEqual([10]);
  });
});
