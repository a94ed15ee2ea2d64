import { serverXml } from '../../../local/engines/dynamodb-local';
import { kafkaProperties } from '../../../local/engines/kafka';
import { emptyDatabase } from '../../../local/engines/sqlite-file';
import { shape } from '../../../local/engines/tables';

const kafka = { port: 9092, containerPort: 9094, controllerPort: 9093, directory: '/a,b' };

test('every listener of Kafka is on loopback', () => {
  const listeners = /^listeners=(.*)$/m.exec(kafkaProperties(kafka))?.[1]?.split(',') ?? [];
  expect(listeners).toHaveLength(3);
  for (const listener of listeners) expect(listener).toContain('://127.0.0.1:');
});

test('clients are sent to localhost, containers to their host', () => {
  expect(kafkaProperties(kafka)).toContain(
    'advertised.listeners=LOCAL://localhost:9092,CONTAINERS://host.docker.internal:9094\n',
  );
});

test('a comma in the path does not make two folders', () => {
  expect(kafkaProperties(kafka)).toContain('log.dirs=/a\\,b\n');
});

test('DynamoDB Local listens on loopback, and its path is text whatever it holds', () => {
  const xml = serverXml(8000, '/a<b&c');
  expect(xml).toContain('<Set name="host">127.0.0.1</Set>');
  expect(xml).toContain('<Arg>/a&lt;b&amp;c</Arg>');
});

test('the empty database is one page that journals ahead', () => {
  const page = emptyDatabase();
  expect(page.subarray(0, 16).toString('latin1')).toBe('SQLite format 3\0');
  expect([page.length, page.readUInt16BE(16), page[18], page[19]]).toEqual([4096, 4096, 2, 2]);
});

test('the order of keys and indexes does not make another table', () => {
  const hash = { AttributeName: 'pk', KeyType: 'HASH' };
  const range = { AttributeName: 'sk', KeyType: 'RANGE' };
  const a = { IndexName: 'a', KeySchema: [hash] };
  const b = { IndexName: 'b', KeySchema: [range] };
  expect(shape({ KeySchema: [hash, range], GlobalSecondaryIndexes: [a, b] })).toBe(
    shape({ KeySchema: [range, hash], GlobalSecondaryIndexes: [b, a] }),
  );
  expect(shape({ KeySchema: [hash] })).not.toBe(shape({ KeySchema: [hash], GlobalSecondaryIndexes: [a] }));
});
