import { randomUUID } from 'node:crypto';
import { askBroker, int16, int32, text } from '../../../local/mapping/broker-request';
import type { MappingModel } from '../../../local/model';
import { aCollector, aKafka, distinct } from './kafka';

jest.setTimeout(120_000);

const { topic, send, map, committed, kafka, admin, brokers } = aKafka();
const origin = { stack: 'Test', logicalId: 'Test', path: 'Test' };

/** A mapping of a group, whose lines and records are kept; what it knows of topics outlives it. */
function aGroup(name: string, startingPosition: MappingModel['startingPosition']) {
  const groupId = `g-${randomUUID()}`;
  const topicIds = new Map<string, string>();
  const start = async () => {
    const collector = aCollector();
    const lines: string[] = [];
    let told: () => void = () => {};
    const assigned = new Promise<void>((resolve) => {
      told = resolve;
    });
    const mapping = map(
      name,
      (records) => collector.add(records),
      { groupId, startingPosition },
      { topicIds, log: (line) => lines.push(line), onAssigned: () => told() },
    );
    await assigned;
    return { ...collector, lines, close: () => mapping.close() };
  };
  return { groupId, start };
}

async function makeAgain(name: string): Promise<void> {
  await admin().deleteTopics([name]);
  // Kafka deletes in its own time, and has the name still taken until then.
  for (;;) {
    const made = await admin()
      .applyTopics([{ origin, name, partitions: 1, replicationFactor: 1, configs: {} }])
      .then(
        ([change]) => change?.create,
        () => false,
      );
    if (made) return;
  }
}

async function deleteBefore(name: string, offset: number): Promise<void> {
  const client = kafka().admin();
  await client.connect();
  await client.fetchTopicMetadata({ topics: [name] });
  await client.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: String(offset) }] });
  await client.disconnect();
}

/** As a group's tool commits, which is no member of it; kafkajs's own commits no offset that the log does not hold. */
async function commit(groupId: string, name: string, offset: number): Promise<void> {
  // Wakes the group's coordinator.
  await admin().committed(groupId, name);
  const place = Buffer.alloc(12);
  place.writeBigInt64BE(BigInt(offset), 4);
  const [offsetCommit, version, one] = [int16(8), int16(2), int32(1)];
  const head = [offsetCommit, version, int32(0), text('test'), text(groupId), int32(-1), text('')];
  const retention = Buffer.alloc(8, 0xff);
  const answer = await askBroker(brokers(), Buffer.concat([...head, retention, one, text(name), one, place, text('')]));
  expect(answer.readInt16BE(answer.length - 2)).toBe(0);
}

const untilBegun = async (groupId: string, name: string) => {
  while ((await admin().committed(groupId, name)).size === 0);
};

describe.each(['TRIM_HORIZON', 'LATEST'] as const)(
  'a topic that is deleted and made again, to a mapping from %s on',
  (position) => {
    it.each([
      ['fewer', 2],
      ['more', 8],
    ])('while it runs, with %s records than the old one had: all are read and committed', async (_, count) => {
      const name = await topic();
      const { groupId, start } = aGroup(name, position);
      const { seen, until, lines } = await start();
      if (position === 'LATEST') await untilBegun(groupId, name);
      await send(name, ['old', 'old', 'old', 'old']);
      await until(distinct(4));
      await committed(groupId, name, 4);
      await makeAgain(name);
      const fresh = Array.from({ length: count }, (_, index) => `new-${index}`);
      await send(name, fresh);
      const values = () => new Set(seen.map(({ value }) => value));
      await until(() => fresh.every((value) => values().has(value)));
      await committed(groupId, name, count);
      expect(lines.filter((line) => line.includes('made again'))).toHaveLength(1);
    });

    it('while it does not run: all are read', async () => {
      const name = await topic();
      const { groupId, start } = aGroup(name, position);
      const before = await start();
      if (position === 'LATEST') await untilBegun(groupId, name);
      await send(name, ['old', 'old']);
      await before.until(distinct(2));
      await before.close();
      await makeAgain(name);
      await send(name, ['a', 'b', 'c']);
      const { values, until, lines } = await start();
      await until(distinct(3));
      expect(values()).toEqual(['a', 'b', 'c']);
      expect(lines).toEqual([expect.stringContaining('made again')]);
    });
  },
);

test('records that are gone before they were read are counted, and the others are read', async () => {
  const name = await topic();
  const { groupId, start } = aGroup(name, 'LATEST');
  const before = await start();
  await untilBegun(groupId, name);
  await send(name, ['0', '1']);
  await before.until(distinct(2));
  await committed(groupId, name, 2);
  await before.close();
  await send(name, ['2', '3', '4', '5', '6']);
  await deleteBefore(name, 5);
  const { values, until, lines } = await start();
  await until(distinct(2));
  expect(values()).toEqual(['5', '6']);
  expect(lines).toEqual([expect.stringContaining(`3 records of ${name}-0 from offset 2 on are gone`)]);
  await committed(groupId, name, 7);
});

test('records that are gone while their partition waits for a retry are counted; the one that waits is not forgotten', async () => {
  const name = await topic();
  const groupId = `g-${randomUUID()}`;
  const { add, until, values } = aCollector();
  const lines: string[] = [];
  let isAway = true;
  let tried: () => void = () => {};
  const triedAgain = new Promise<void>((resolve) => {
    tried = resolve;
  });
  let tries = 0;
  map(
    name,
    (records) => {
      tries += 1;
      // The partition is paused once its first try has failed.
      if (tries === 2) tried();
      if (isAway) throw new Error('away');
      add(records);
    },
    { groupId },
    { log: (line) => lines.push(line) },
  );
  await send(name, ['0']);
  await triedAgain;
  await send(name, ['1', '2', '3']);
  await deleteBefore(name, 3);
  isAway = false;
  await until(distinct(2));
  await committed(groupId, name, 4);
  expect(values()).toEqual(['0', '3']);
  expect(lines.filter((line) => line.includes('are gone'))).toEqual([
    expect.stringContaining(`2 records of ${name}-0 from offset 1 on are gone`),
  ]);
});

test('a committed offset behind the end skips nothing', async () => {
  const name = await topic();
  const { groupId, start } = aGroup(name, 'LATEST');
  await send(name, ['0', '1']);
  await commit(groupId, name, 90);
  const { values, until, lines } = await start();
  await until(distinct(2));
  expect(values()).toEqual(['0', '1']);
  expect(lines).toEqual([expect.stringContaining('the committed offset 90')]);
  await committed(groupId, name, 2);
});

test('a partition that is added is read from its first record, whatever the starting position', async () => {
  const name = await topic();
  const { groupId, start } = aGroup(name, 'LATEST');
  const before = await start();
  await untilBegun(groupId, name);
  await before.close();
  await admin().applyTopics([{ origin, name, partitions: 2, replicationFactor: 1, configs: {} }]);
  await send(name, ['early'], 1);
  const { values, until } = await start();
  await until(distinct(1));
  expect(values()).toEqual(['early']);
});
