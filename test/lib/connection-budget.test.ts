import { connectionBudget } from '../../lib/connection-budget';
import type { Stage } from '../../lib/stages';
import { stages } from '../../lib/stages';
import { consumers, endpoints, topics } from '../../lib/topology';

const orders = { key: 'order_id', partitions: 6, maxMessageBytes: 1 };
const consumer = { does: '', reads: [{ topic: 'orders', group: 'g', batchSize: 1 }], deadLetters: 'dlq' };
const budget = (functions: Parameters<typeof connectionBudget>[1], stage: Stage = stages.prod) =>
  connectionBudget(stage, functions, { orders });

it.each(Object.values(stages))('holds for the topology in $name', (stage) => {
  expect(connectionBudget(stage, { ...endpoints, ...consumers }, topics).faults).toEqual([]);
});

it('counts an environment for each partition that a consumer reads, and the bound of any other producer', () => {
  expect(budget({ a: consumer, b: { does: '', writes: ['orders'], concurrency: 10 } }).environments).toBe(16);
});

it('does not count functions that know no broker', () => {
  expect(budget({ query: { does: '', consults: ['tracker'] } }).environments).toBe(0);
});

it('refuses a producer without a bound', () => {
  expect(budget({ ingest: { does: '', writes: ['orders'] } }).faults).toEqual([
    expect.stringContaining('ingest speaks to Kafka without a bound'),
  ]);
});

it('refuses more connections than half of what a broker takes', () => {
  const functions = Object.fromEntries(
    Array.from({ length: 4 }, (_, i) => [`f${i}`, { does: '', writes: ['orders'], concurrency: 200 }]),
  );
  expect(budget(functions).faults).toEqual([expect.stringContaining('1600 connections to each broker')]);
});

it('refuses what a small broker would need minutes to let in again', () => {
  const functions = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`c${i}`, consumer]));
  expect(budget(functions, { ...stages.dev, brokerType: 'kafka.t3.small' }).faults).toEqual([
    expect.stringContaining('75 s after a broker restarts'),
  ]);
});
