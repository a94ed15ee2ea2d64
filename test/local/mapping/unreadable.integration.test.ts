import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompressionTypes } from 'kafkajs';
import { openOffsetReader } from '../../../local/mapping/kafkajs-offset-reader';
import { tailTopic } from '../../../local/mapping/kafkajs-tail';
import type { UnreadRecords } from '../../../local/mapping/record';
import { type OwnKafka, startKafka } from '../../engines';
import { aCollector, aGate, aKafka, distinct } from './kafka';

let directory: string;
let broker: OwnKafka;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orderflow-unreadable-'));
  broker = await startKafka({ directory });
});
afterAll(async () => {
  await broker.stop();
  await rm(directory, { recursive: true, force: true });
});

const { topic, send, map, committed, kafka, brokers } = aKafka(() => broker.address);

/** A topic whose partition 0 holds a, then b and c in a batch that a bad disk has changed, then d; partition 1 holds x. */
async function aDamagedTopic(): Promise<string> {
  const name = await topic(2);
  await send(name, ['a']);
  const producer = kafka().producer();
  await producer.connect();
  const messages = ['b', 'c'].map((value) => ({ value, partition: 0 }));
  await producer.send({ topic: name, acks: -1, compression: CompressionTypes.GZIP, messages });
  await producer.disconnect();
  await send(name, ['d']);
  await send(name, ['x'], 1);
  await damageSecondBatch(join(directory, 'kafka', `${name}-0`, `${'0'.repeat(20)}.log`));
  return name;
}

/** Changes a byte within the records, as the broker will hand it out. */
async function damageSecondBatch(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const bytes = await file.readFile();
  const second = 12 + bytes.readInt32BE(8);
  const at = second + 70;
  await file.write(Buffer.from([bytes.readUInt8(at) ^ 1]), 0, 1, at);
  await file.close();
}

test('its partition stands still and a line says where and why; other partitions go on, and nothing of it is committed', async () => {
  const name = await aDamagedTopic();
  const [collector, told] = [aCollector(), aGate()];
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
    told.open();
  };
  const groupId = `g-${name}`;
  const mapping = map(name, (records) => collector.add(records), { groupId }, { log });
  await Promise.all([collector.until(distinct(2)), told.opened]);
  await committed(groupId, name, 1);
  await committed(groupId, name, 1, 1);
  expect(collector.values().sort()).toEqual(['a', 'x']);
  expect(lines).toEqual([
    `cannot read ${name}-0 offsets 1 to 2 (gzip: its checksum is wrong): ${name}-0 stands still there, other partitions go on. ` +
      `To leave these records out, start again with \`--skip ${name}-0@2\``,
  ]);
  await send(name, ['y'], 1);
  await collector.until(distinct(3));
  await mapping.close();

  const again = map(
    name,
    (records) => collector.add(records),
    { groupId },
    { skip: [{ partition: 0, offset: 2 }], log },
  );
  await collector.until(distinct(4));
  await committed(groupId, name, 4);
  expect(collector.values().sort()).toEqual(['a', 'd', 'x', 'y']);
  expect(again.stats().dropped).toBe(2);
  expect(lines.at(-1)).toMatch(/^dropped .*-0 offsets 1 to 2: told to skip it, as it cannot be read \(gzip/);
});

test('a tail says so and goes on behind it', async () => {
  const name = await aDamagedTopic();
  const [seen, unread] = [[] as string[], [] as UnreadRecords[]];
  const tail = await tailTopic({
    brokers: brokers(),
    topic: name,
    from: 'earliest',
    follow: false,
    onRecord: ({ value }) => seen.push(`${value}`),
    onUnread: (records) => unread.push(records),
  });
  await tail.done;
  await tail.close();
  expect(seen.sort()).toEqual(['a', 'd', 'x']);
  expect(unread).toMatchObject([{ kind: 'unreadable', partition: 0, from: 1, to: 2 }]);
});

test('a reader of offsets takes them for records, and says why they cannot be had', async () => {
  const name = await aDamagedTopic();
  const reader = await openOffsetReader(brokers(), name);
  expect(await reader.firstRecord(0, 1, 4)).toBe(1);
  expect(await reader.firstRecord(0, 2, 4)).toBe(2);
  expect(await reader.firstRecord(0, 3, 4)).toBe(3);
  expect(await reader.whyUnread(0, 2)).toBe('unreadable: gzip: its checksum is wrong');
  expect(await reader.whyUnread(0, 3)).toBeUndefined();
  await reader.close();
});
