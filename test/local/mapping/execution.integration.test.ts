import { aRuntime } from '../runtime/execution';
import { aCollector, aGate, aKafka, distinct, type SeenRecord } from './kafka';

const { topic, send, map, committed } = aKafka();

test('a function whose process is killed in mid-batch gets the batch again, in a fresh process', async () => {
  const name = await topic();
  const groupId = `g-${name}`;
  const code = `
    const { existsSync, writeFileSync } = require('node:fs');
    exports.handler = async (event) => {
      const records = Object.values(event.records).flat();
      for (const { value } of records) console.log('got ' + process.pid + ' ' + Buffer.from(value, 'base64'));
      const mark = __dirname + '/killed';
      if (!existsSync(mark)) { writeFileSync(mark, ''); console.log('waiting'); await new Promise(() => {}); }
    };`;
  const { runtime, fn, lines, close } = aRuntime({ 'index.js': code });
  await send(name, ['a', 'b', 'c']);
  map(name, () => {}, { groupId }, { invoker: runtime, fn: fn('index.handler') });
  await lines.find(/^waiting$/);
  process.kill(runtime.environments()[0]?.pid ?? 0, 'SIGKILL');
  await committed(groupId, name, 3);
  const got = lines.all.filter((line) => line.startsWith('got ')).map((line) => line.split(' '));
  expect(got.map(([, , value]) => value)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  expect(new Set(got.map(([, pid]) => pid)).size).toBe(2);
  await close();
});

test('a record that kills its environment is isolated by bisect, and the others are done', async () => {
  const name = await topic();
  const code = `
    exports.handler = async (event) => {
      const values = Object.values(event.records).flat().map(({ value }) => Buffer.from(value, 'base64').toString());
      if (values.includes('deadly') && values.length > 1) process.exit(1);
      for (const value of values) console.log('done ' + value);
    };`;
  const { runtime, fn, lines, close } = aRuntime({ 'index.js': code });
  await send(name, ['a', 'b', 'deadly', 'c', 'd']);
  const over = { groupId: `g-${name}`, bisectBatchOnFunctionError: true };
  map(name, () => {}, over, { invoker: runtime, fn: fn('index.handler') });
  await committed(over.groupId, name, 5);
  expect(lines.all.filter((line) => line.startsWith('done '))).toEqual(
    ['a', 'b', 'deadly', 'c', 'd'].map((value) => `done ${value}`),
  );
  await close();
});

test('an invocation longer than the session keeps the membership', async () => {
  const name = await topic();
  const [collector, over] = [aCollector(), { groupId: `g-${name}` }];
  const assignments: (readonly number[])[] = [];
  const finish = aGate();
  await send(name, ['long']);
  map(
    name,
    async (records: readonly SeenRecord[]) => {
      setTimeout(finish.open, 8_000);
      await finish.opened;
      collector.add(records);
    },
    over,
    { onAssigned: (partitions) => assignments.push(partitions) },
  );
  await collector.until(distinct(1));
  await committed(over.groupId, name, 1);
  expect(assignments).toEqual([[0]]);
  expect(collector.values()).toEqual(['long']);
}, 20_000);
