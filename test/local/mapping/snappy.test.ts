import { decompressSnappy } from '../../../local/mapping/snappy';

const text = `${'{"order_id":"a","user":"john","item":"burger","quantity":5}'.repeat(4)}${'burger'.repeat(10)}`;
/** A raw block of the reference implementation. */
const raw = Buffer.from(
  'qALwPHsib3JkZXJfaWQiOiJhIiwidXNlciI6ImpvaG4iLCJpdGVtIjoiYnVyZ2VyIiwicXVhbnRpdHkiOjV9eyL+OwD+OwC6OwAAYgXG1gYA',
  'base64',
);

test('a raw block, as librdkafka writes it, is read', () => {
  expect(decompressSnappy(raw).toString()).toBe(text);
});

test("blocks in xerial's frame, as Java writes them, are read as one", () => {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  const size = Buffer.alloc(4);
  size.writeInt32BE(raw.length);
  expect(decompressSnappy(Buffer.concat([header, size, raw, size, raw])).toString()).toBe(text + text);
});
