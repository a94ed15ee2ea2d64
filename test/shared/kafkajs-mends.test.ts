import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import { mendKafkaJs } from '../../shared/kafkajs-mends';
import { setClock } from '../stepped-clock';

const HOUR_MS = 3_600_000;
const STEPS = [-3 * HOUR_MS, 30 * 60_000];

mendKafkaJs();
beforeEach(() => jest.useFakeTimers({ doNotFake: ['Date'] }));
afterEach(() => {
  jest.useRealTimers();
  setClock(0);
});

interface Answer {
  readonly settled: Promise<unknown>;
  readonly sent: () => boolean;
}

/** A queue of kafkajs, whose requests nobody answers. */
function aQueue(maxInFlightRequests: number | null = null) {
  const logger = { debug: () => {}, warn: () => {} };
  const options = {
    maxInFlightRequests,
    requestTimeout: 3_000,
    enforceRequestTimeout: true,
    clientId: 'c',
    broker: 'b',
  };
  const queue = new (RequestQueue as unknown as new (given: object) => RequestQueue & { push(request: object): void })({
    ...options,
    logger,
  });
  let correlationId = 0;
  const push = (): Answer => {
    let sent = false;
    const settled = new Promise((resolve, reject) => {
      const entry = { correlationId: correlationId++, apiName: 'Fetch', apiKey: 1, apiVersion: 11, resolve, reject };
      queue.push({
        entry,
        expectResponse: true,
        sendRequest: () => {
          sent = true;
        },
      });
    }).catch((error: Error) => error.name);
    return { settled, sent: () => sent };
  };
  return { queue, push };
}

test('an idle connection sets no timer', () => {
  const { queue } = aQueue();
  queue.scheduleCheckPendingRequests();
  expect(jest.getTimerCount()).toBe(0);
});

test('a request that waits for room is looked at again', () => {
  const { push, queue } = aQueue(1);
  push();
  const second = push();
  expect([second.sent(), jest.getTimerCount()]).toEqual([false, 1]);
  queue.destroy();
});

test.each(STEPS)(
  'a clock set by %d ms lets a request without an answer time out when it is due, and not before',
  async (step) => {
    const { push, queue } = aQueue();
    queue.scheduleRequestTimeoutCheck();
    const { settled } = push();
    let outcome: unknown = 'on its way';
    void settled.then((how) => {
      outcome = how;
    });
    setClock(step);
    await jest.advanceTimersByTimeAsync(2_900);
    expect(outcome).toBe('on its way');
    await jest.advanceTimersByTimeAsync(300);
    expect(outcome).toBe('KafkaJSRequestTimeoutError');
    queue.destroy();
  },
);

test.each(STEPS)('a clock set by %d ms ends a throttling when it is due, and not before', async (step) => {
  const { push, queue } = aQueue();
  queue.maybeThrottle(1_000);
  const request = push();
  setClock(step);
  await jest.advanceTimersByTimeAsync(900);
  expect(request.sent()).toBe(false);
  await jest.advanceTimersByTimeAsync(200);
  expect(request.sent()).toBe(true);
  queue.destroy();
});

test.each(STEPS)('a clock set by %d ms stops no heartbeat, and adds none', async (step) => {
  let beats = 0;
  const group = new (ConsumerGroup as unknown as new (given: object) => ConsumerGroup & Record<string, unknown>)({
    logger: { namespace: () => ({}) },
    topics: [],
    topicConfigurations: {},
    instrumentationEmitter: { emit: () => {} },
    assigners: [],
  });
  Object.assign(group, {
    memberId: 'm',
    coordinator: {
      heartbeat: async () => {
        beats += 1;
      },
    },
  });
  const beat = () => group.heartbeat({ interval: 1_500 });
  await beat();
  setClock(step);
  await beat();
  expect(beats).toBe(1);
  await jest.advanceTimersByTimeAsync(1_600);
  await Promise.all([beat(), beat()]);
  expect(beats).toBe(2);
});
