import { randomUUID } from 'node:crypto';
import { aCollector, aGate, aKafka, distinct, failures } from './kafka';

const { topic, send, map, committed, admin, kafka } = aKafka();
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);

test('every record reaches the function once, in order, in batches of the size asked for', async () => {
  const name = await topic();
  const collector = aCollector();
  const sizes: number[] = [];
  await send(name, numbers(25));
  map(
    name,
    (records) => {
      sizes.push(records.length);
      collector.add(records);
    },
    { batchSize: 10 },
  );
  await collector.until(distinct(25));
  expect(collector.values()).toEqual(numbers(25));
  expect(sizes).toEqual([10, 10, 5]);
});

test('one event mixes partitions, each in offset order', async () => {
  const name = await topic(3);
  const collector = aCollector();
  for (const partition of [0, 1, 2]) await send(name, numbers(4), partition);
  map(name, (records) => collector.add(records), { batchSize: 12, batchingWindowMs: 3_000 });
  await collector.until(distinct(12));
  for (const partition of [0, 1, 2])
    expect(collector.seen.filter((record) => record.partition === partition).map(({ offset }) => offset)).toEqual([
      0, 1, 2, 3,
    ]);
});

test('offsets are committed only after the function succeeded', async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  const [invoked, finish] = [aGate(), aGate()];
  await send(name, numbers(3));
  map(
    name,
    async () => {
      invoked.open();
      await finish.opened;
    },
    { groupId },
  );
  await invoked.opened;
  expect((await admin().committed(groupId, name)).size).toBe(0);
  finish.open();
  await committed(groupId, name, 3);
});

test('what was not committed comes again to the next mapping of the group, what was does not', async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  await send(name, numbers(2));
  const first = map(name, () => {}, { groupId });
  await committed(groupId, name, 2);
  await first.close();
  await send(name, ['v2']);
  const failing = aGate();
  const second = map(
    name,
    () => {
      failing.open();
      throw new Error('not yet');
    },
    { groupId },
  );
  await failing.opened;
  await second.close();
  const collector = aCollector();
  map(name, (records) => collector.add(records), { groupId });
  await collector.until(distinct(1));
  expect(collector.values()).toEqual(['v2']);
});

test('closing waits for the invocation in flight and commits it', async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  const [invoked, finish] = [aGate(), aGate()];
  await send(name, numbers(3));
  const mapping = map(
    name,
    async () => {
      invoked.open();
      await finish.opened;
    },
    { groupId },
  );
  await invoked.opened;
  const closed = mapping.close();
  finish.open();
  await closed;
  expect((await admin().committed(groupId, name)).get(0)).toBe(3);
});

test('a function error retries the whole batch, and later records wait for it', async () => {
  const name = await topic();
  const collector = aCollector();
  let calls = 0;
  await send(name, numbers(4));
  map(
    name,
    (records) => {
      collector.add(records);
      calls += 1;
      if (calls < 3) throw new Error('not yet');
    },
    { batchSize: 2 },
  );
  await collector.until(distinct(4));
  expect(collector.values()).toEqual(['v0', 'v1', 'v0', 'v1', 'v0', 'v1', 'v2', 'v3']);
});

test('a partial failure brings back the reported records only, before what follows in their partition', async () => {
  const name = await topic();
  const collector = aCollector();
  await send(name, numbers(6));
  map(
    name,
    (records) => {
      const first = collector.seen.length === 0;
      collector.add(records);
      return first ? failures(name, records.slice(2)) : failures(name, []);
    },
    { batchSize: 4, reportBatchItemFailures: true },
  );
  await collector.until(distinct(6));
  expect(collector.values()).toEqual(['v0', 'v1', 'v2', 'v3', 'v2', 'v3', 'v4', 'v5']);
});

test('a failing partition does not hold up another', async () => {
  const name = await topic(2);
  const collector = aCollector();
  await send(name, ['stuck'], 0);
  const failed = aGate();
  map(
    name,
    (records) => {
      if (records.some(({ value }) => value === 'stuck')) {
        failed.open();
        throw new Error('stuck');
      }
      collector.add(records);
    },
    {},
  );
  await failed.opened;
  await send(name, numbers(5), 1);
  await collector.until(distinct(5));
});

test('an answer that names a record not in the batch retries the whole batch', async () => {
  const name = await topic();
  const collector = aCollector();
  await send(name, numbers(2));
  map(
    name,
    (records) => {
      const first = collector.seen.length === 0;
      collector.add(records);
      return first ? failures(name, [{ partition: 0, offset: 99, value: '' }]) : null;
    },
    { reportBatchItemFailures: true },
  );
  await collector.until((seen) => seen.length === 4);
  expect(collector.values()).toEqual(['v0', 'v1', 'v0', 'v1']);
});

test('bisect isolates a poison record; the records before it are done, those after it follow', async () => {
  const name = await topic();
  const done = aCollector();
  const alone = aGate();
  await send(name, [...numbers(20), 'poison', ...numbers(20)]);
  map(
    name,
    (records) => {
      const isPoison = records.length === 1 && records[0]?.value === 'poison';
      if (isPoison) alone.open();
      else if (records.some(({ value }) => value === 'poison')) throw new Error('poisoned');
      done.add(records);
    },
    { bisectBatchOnFunctionError: true },
  );
  await alone.opened;
  await done.until(distinct(41));
  expect(done.seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 41 }, (_, offset) => offset));
});

test('after the last retry a record goes to the kafka:// destination with its key, and is committed', async () => {
  const [name, failed] = [await topic(), await topic()];
  const groupId = `g-${randomUUID()}`;
  const collector = aCollector();
  let attempts = 0;
  await send(name, ['bad'], 0, 'its-key');
  map(
    name,
    () => {
      attempts += 1;
      throw new Error('never');
    },
    { groupId, maximumRetryAttempts: 1, onFailure: { kind: 'kafka', target: failed } },
  );
  let key: string | undefined;
  map(failed, (records, payload) => {
    const [record] = Object.values(JSON.parse(payload).records as Record<string, { key: string }[]>).flat();
    key = Buffer.from(record?.key ?? '', 'base64').toString();
    collector.add(records);
  });
  await collector.until(distinct(1));
  await committed(groupId, name, 1);
  expect(attempts).toBe(2);
  expect(key).toBe('its-key');
  const envelope = JSON.parse(collector.seen[0]?.value ?? '');
  expect(envelope.requestContext).toMatchObject({ condition: 'RetriesExhausted', approximateInvokeCount: 2 });
  expect(envelope.payload.records[`${name}-0`][0].value).toBe(Buffer.from('bad').toString('base64'));
});

test('filtered records never reach the function and are committed all the same', async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  const collector = aCollector();
  await send(name, ['{"type":"a"}', '{"type":"b"}', 'no json', '{"type":"a"}', '{"type":"b"}']);
  map(name, (records) => collector.add(records), { groupId, filters: [{ value: { type: ['a'] } }] });
  await committed(groupId, name, 5);
  expect(collector.seen.map(({ offset }) => offset)).toEqual([0, 3]);
});

test('a second mapping that joins the group takes a share, and nothing is lost', async () => {
  const name = await topic(4);
  const groupId = `g-${randomUUID()}`;
  const collector = aCollector();
  const [sharedFirst, sharedSecond] = [aGate(), aGate()];
  const two = (gate: { open: () => void }) => (partitions: readonly number[]) => {
    if (partitions.length === 2) gate.open();
  };
  for (const partition of [0, 1, 2, 3]) await send(name, numbers(50), partition);
  map(name, (records) => collector.add(records), { groupId, batchSize: 7 }, { onAssigned: two(sharedFirst) });
  await collector.until((seen) => seen.length > 0);
  map(name, (records) => collector.add(records), { groupId, batchSize: 7 }, { onAssigned: two(sharedSecond) });
  await Promise.all([sharedFirst.opened, sharedSecond.opened]);
  for (const partition of [0, 1, 2, 3]) await send(name, numbers(50), partition);
  await collector.until(distinct(400));
  for (const partition of [0, 1, 2, 3]) await committed(groupId, name, 100, partition);
});

test('with more concurrency partitions run side by side, never two batches of one', async () => {
  const name = await topic(2);
  const [both, running] = [aGate(), new Set<number>()];
  const collector = aCollector();
  for (const partition of [0, 1]) await send(name, numbers(10), partition);
  map(
    name,
    async (records) => {
      const partitions = new Set(records.map(({ partition }) => partition));
      for (const partition of partitions) expect(running).not.toContain(partition);
      for (const partition of partitions) running.add(partition);
      if (running.size === 2) both.open();
      await both.opened;
      for (const partition of partitions) running.delete(partition);
      collector.add(records);
    },
    { batchSize: 5 },
    { concurrency: 2 },
  );
  await collector.until(distinct(20));
});

test('LATEST begins at the end, and only while the group has committed nothing', async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  const over = { groupId, startingPosition: 'LATEST' as const };
  await send(name, ['before']);
  const first = map(name, () => {}, over);
  await committed(groupId, name, 1);
  await first.close();
  await send(name, ['between']);
  const collector = aCollector();
  map(name, (records) => collector.add(records), over);
  await collector.until(distinct(1));
  expect(collector.values()).toEqual(['between']);
});

test('AT_TIMESTAMP begins with the first record of that time or later', async () => {
  const name = await topic();
  const producer = kafka().producer();
  await producer.connect();
  const messages = [1_000, 2_000, 3_000].map((timestamp) => ({ value: `at ${timestamp}`, timestamp: `${timestamp}` }));
  for (const message of messages) await producer.send({ topic: name, messages: [message] });
  await producer.disconnect();
  const collector = aCollector();
  map(name, (records) => collector.add(records), { startingPosition: 'AT_TIMESTAMP', startingTimestamp: 1_500 });
  await collector.until(distinct(2));
  expect(collector.values()).toEqual(['at 2000', 'at 3000']);
});

test("a transaction's control record leaves no lag behind", async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  const producer = kafka().producer({ transactionalId: `x-${randomUUID()}`, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: name, messages: [{ value: 'in a transaction' }] });
  await transaction.commit();
  await producer.disconnect();
  map(name, () => {}, { groupId });
  await committed(groupId, name, 2);
});

test('a mapping waits for a topic that is not there yet', async () => {
  const name = `t-${randomUUID()}`;
  const collector = aCollector();
  const told = aGate();
  map(name, (records) => collector.add(records), {}, { log: told.open });
  await told.opened;
  const origin = { stack: 'Test', logicalId: 'Test', path: 'Test' };
  await admin().applyTopics([{ origin, name, partitions: 1, replicationFactor: 1, configs: {} }]);
  await send(name, ['at last']);
  await collector.until(distinct(1));
});
