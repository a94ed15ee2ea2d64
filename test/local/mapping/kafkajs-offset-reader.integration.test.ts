import { randomUUID } from 'node:crypto';
import { type OffsetReader, openOffsetReader } from '../../../local/mapping/kafkajs-offset-reader';
import { aKafka } from './kafka';

const { topic, send, kafka, admin, brokers } = aKafka();

const readers: OffsetReader[] = [];
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

async function aReader(name: string) {
  const reader = await openOffsetReader(brokers(), name);
  readers.push(reader);
  return reader;
}

async function aTransactionalProducer() {
  const producer = kafka().producer({
    transactionalId: `tx-${randomUUID()}`,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  return producer;
}

const message = (value: string, partition = 0) => ({ value, partition });

describe('openOffsetReader', () => {
  it('finds the record at an offset, or the next one behind it, in any order and partition', async () => {
    const name = await topic(2);
    await send(name, ['a', 'b', 'c', 'd'], 0);
    await send(name, ['x', 'y'], 1);
    const reader = await aReader(name);
    expect(await reader.firstRecord(1, 1, 2)).toBe(1);
    expect(await reader.firstRecord(0, 2, 4)).toBe(2);
    expect(await reader.firstRecord(0, 0, 4)).toBe(0);
    expect(await Promise.all([reader.firstRecord(0, 3, 4), reader.firstRecord(1, 0, 2)])).toEqual([3, 0]);
    expect(await reader.firstRecord(0, 2, 2)).toBeUndefined();
  });

  it('steps over what transactions leave in the log: their markers, and what they took back', async () => {
    const name = await topic();
    const producer = await aTransactionalProducer();
    const kept = await producer.transaction();
    await kept.send({ topic: name, messages: [message('a'), message('b')] });
    await kept.commit(); // 0, 1, marker 2
    const undone = await producer.transaction();
    await undone.send({ topic: name, messages: [message('c')] });
    await undone.abort(); // 3 taken back, marker 4
    const last = await producer.transaction();
    await last.send({ topic: name, messages: [message('d')] });
    await last.commit(); // 5, marker 6
    await producer.disconnect();

    const reader = await aReader(name);
    expect((await admin().offsets(name)).get(0)).toEqual({ low: 0, high: 7 });
    expect(await reader.firstRecord(0, 2, 7)).toBe(5);
    expect(await reader.firstRecord(0, 2, 5)).toBeUndefined();
    expect(await reader.firstRecord(0, 6, 7)).toBeUndefined();
  });

  it('has the log end before what a transaction has not settled', async () => {
    const name = await topic();
    await send(name, ['a']);
    const producer = await aTransactionalProducer();
    const open = await producer.transaction();
    await open.send({ topic: name, messages: [message('b')] });
    expect((await admin().offsets(name)).get(0)).toEqual({ low: 0, high: 1 });
    await open.abort();
    await producer.disconnect();
  });
});
