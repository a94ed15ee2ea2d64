import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../local/engines/ports';
import { startPoller } from '../../../local/mapping/kafkajs-poller';
import { connectSender } from '../../../local/mapping/kafkajs-send';
import { type OwnKafka, startKafka } from '../../engines';
import { aCollector, aGate, aKafka, distinct } from './kafka';

jest.setTimeout(180_000);

const directory = mkdtempSync(join(tmpdir(), 'outage-'));
let broker: OwnKafka;
beforeAll(async () => {
  broker = await startKafka({ port: await freePort(), directory });
});
afterAll(async () => {
  await broker.stop();
  rmSync(directory, { recursive: true, force: true });
});
const { topic, map, committed } = aKafka(() => broker.address);

test('a broker that is killed and comes back is read on by the same member, nothing lost', async () => {
  const name = await topic(2);
  const groupId = `g-${randomUUID()}`;
  const collector = aCollector();
  const [away, back] = [aGate(), aGate()];
  map(
    name,
    (records) => collector.add(records),
    { groupId },
    {
      log: (line) => {
        if (line.includes('away')) away.open();
        if (line.includes('is back')) back.open();
      },
    },
  );
  const before = await connectSender(broker.address);
  await before.send({ topic: name, key: 'k', value: 'before' });
  await before.close();
  await collector.until(distinct(1));
  await broker.kill();
  await away.opened;
  await broker.restart();
  const after = await connectSender(broker.address);
  const { partition, offset } = await after.send({ topic: name, key: 'k', value: 'after' });
  await after.close();
  await collector.until(distinct(2));
  await back.opened;
  await committed(groupId, name, offset + 1, partition);
  expect(collector.values()).toContain('after');
});

test('a mapping closes in bounded time while the broker is away', async () => {
  const name = await topic();
  const assigned = aGate();
  const mapping = map(name, () => {}, {}, { onAssigned: assigned.open });
  await assigned.opened;
  await broker.kill();
  await mapping.close();
  await broker.restart();
});

test('a mapping that was closed while the broker was away knocks no more', async () => {
  const name = await topic();
  const assigned = aGate();
  const mapping = map(name, () => {}, {}, { onAssigned: assigned.open });
  await assigned.opened;
  await broker.kill();
  const door = await aDoor(Number(broker.address.split(':')[1]));
  await door.knocked(2);
  await mapping.close();
  const knocks = door.knocks();
  // Longer than its longest pause between two attempts.
  await sleep(3_000);

  expect(door.knocks()).toBe(knocks);
  await door.close();
  await broker.restart();
});

test('a mapping whose batch waits for another try outlives the time until it is a member again', async () => {
  const name = await topic();
  const assigned = aGate();
  await broker.kill();
  const poller = startPoller({
    brokers: broker.address,
    topic: name,
    groupId: `g-${randomUUID()}`,
    startingPosition: 'TRIM_HORIZON',
    onRecords: () => {},
    onUnreadable: () => 'stand',
    hasRoom: () => true,
    onAssigned: () => assigned.open(),
    onState: () => {},
    onNotice: () => {},
    topicIds: new Map(),
  });
  const pauseAndResume = () => [new Set([0]), new Set<number>()].map((partitions) => poller.pauseOnly(partitions));

  expect(pauseAndResume).not.toThrow();
  await broker.restart();
  await assigned.opened;
  await poller.close();
});

/** In the broker's place: takes every connection, and drops it. */
async function aDoor(port: number) {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks += 1;
    server.emit('knock');
    socket.destroy();
  });
  server.listen(port);
  await once(server, 'listening');
  return {
    knocks: () => knocks,
    async knocked(times: number) {
      while (knocks < times) await once(server, 'knock');
    },
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
