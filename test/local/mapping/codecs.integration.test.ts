import { aCollector, aKafka, distinct } from './kafka';

const { topic, send, map } = aKafka();
const values = Array.from({ length: 200 }, (_, n) =>
  JSON.stringify({ order_id: `${n}`, user: 'john', item: 'burger' }),
);

// The broker compresses by itself what comes otherwise, with the libraries that Java's producers use.
test.each(['gzip', 'snappy', 'lz4', 'zstd'])('records compressed with %s are read', async (codec) => {
  const name = await topic(1, { 'compression.type': codec });
  const collector = aCollector();
  await send(name, values);
  map(name, (records) => collector.add(records));
  await collector.until(distinct(values.length));
  expect(collector.values()).toEqual(values);
});
