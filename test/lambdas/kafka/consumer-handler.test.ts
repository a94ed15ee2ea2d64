import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishError } from '../../../lambdas/errors';
import { endCallsWith } from '../../../lambdas/kafka/call-limit';
import type { Consumer } from '../../../lambdas/kafka/consume';
import { createConsumerHandler } from '../../../lambdas/kafka/consumer-handler';
import { createDynamoClient } from '../../../lambdas/kafka/dynamo/client';
import type { Fold } from '../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { saying } from './fold/outcomes';
import { MemoryFoldStore } from './memory-fold-store';
import { MemoryLetters } from './memory-letters';
import { aRecord, eventOf } from './records';

const silent = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const saysSo: Fold<number, string> = {
  initial: () => 0,
  mark: (id) => `e#${id}/done`,
  apply: (state, id) => ({ state: state + 1, outcomes: [saying('t', id, 'done')] }),
};

/** A broker that is away, by a clock of its own: each call takes all the time that it is given. */
function outage(limitMs: number) {
  let now = 0;
  const publisher = {
    publish: async (_: unknown, withinMs = 8_000) => {
      now += Math.min(withinMs, 8_000);
      throw new PublishError('away');
    },
    close: async () => {},
  };
  return { publisher, getRemainingTimeInMillis: () => limitMs - now };
}

test.each([60_000, 10_000, 3_000])(
  'with Kafka away for good it answers within %d ms, and its environment lives',
  async (limit) => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const { publisher, getRemainingTimeInMillis } = outage(limit);
    const consumer: Consumer<string> = {
      name: 'test',
      split: ({ offset }) => {
        if (offset === 8) throw new Error('cannot be read');
        return [{ key: 'a', id: `${offset}`, event: `${offset}` }];
      },
      effect: foldThenWrite(saysSo, { store: new MemoryFoldStore(), publisher }),
    };
    const handle = createConsumerHandler(consumer, {
      publisher,
      deadLetterTopic: 'dlq',
      suspects: { count: async () => 1, clear: async () => {} },
      letters: new MemoryLetters(),
      log: silent as never,
    });

    const answer = handle(eventOf([aRecord({ offset: 7 }), aRecord({ offset: 8 })]), { getRemainingTimeInMillis });
    await jest.runAllTimersAsync();
    jest.useRealTimers();

    expect((await answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier.offset)).toEqual([7, 8]);
    expect(getRemainingTimeInMillis()).toBeGreaterThan(0);
  },
);

test('a call of DynamoDB that hangs ends with its invocation’s budget', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const client = createDynamoClient();
  endCallsWith({ remainingMs: () => -1 });

  await expect(client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))).rejects.toMatchObject({
    name: 'AbortError',
  });

  client.destroy();
  server.closeAllConnections();
  server.close();
});
