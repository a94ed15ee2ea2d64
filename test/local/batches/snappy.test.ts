import { unpackSnappy } from '../../../local/batches/snappy';
import { gathered } from './gathered';

const text = `${'{"order_id":"a","user":"john","item":"burger","quantity":5}'.repeat(4)}${'burger'.repeat(10)}`;
/** A raw block of the reference implementation. */
const raw = Buffer.from(
  'qALwPHsib3JkZXJfaWQiOiJhIiwidXNlciI6ImpvaG4iLCJpdGVtIjoiYnVyZ2VyIiwicXVhbnRpdHkiOjV9eyL+OwD+OwC6OwAAYgXG1gYA',
  'base64',
);
const header = Buffer.from('82534e41505059000000000100000001', 'hex');
const size = Buffer.alloc(4);
size.writeInt32BE(raw.length);
const framed = Buffer.concat([header, size, raw, size, raw]);

const unpacked = async (bytes: Buffer, most = 1_000) => gathered(unpackSnappy(bytes, most));

test('a raw block, as librdkafka writes it, is read', async () => {
  expect((await unpacked(raw)).toString()).toBe(text);
});

test("blocks in xerial's frame, as Java writes them, are read as one", async () => {
  expect((await unpacked(framed)).toString()).toBe(text + text);
});

test('a frame that is cut off, and a block larger than it may be, are refused', async () => {
  for (const length of [10, 18, 30, framed.length - 1])
    await expect(unpacked(framed.subarray(0, length))).rejects.toThrow();
  await expect(unpacked(raw, 295)).rejects.toThrow(/too big/);
});
