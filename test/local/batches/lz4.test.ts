import { unpackLz4 } from '../../../local/batches/lz4';
import { gathered } from './gathered';

/** Frames of the reference implementation (lz4 1.10 through Python). */
const text = `${'{"order_id":"a","user":"john","item":"burger","quantity":5}'.repeat(4)}${'burger'.repeat(10)}`;
const frames = {
  'linked blocks, content size and checksum':
    'BCJNGGxAKAEAAAAAAABLTQAAAP8seyJvcmRlcl9pZCI6ImEiLCJ1c2VyIjoiam9obiIsIml0ZW0iOiJidXJnZXIiLCJxdWFudGl0eSI6NX07AJ4CxgAPBgAeUHVyZ2VyAAAAAB4tJIs=',
  'independent blocks, block checksums, no size':
    'BCJNGHBArU0AAAD/LHsib3JkZXJfaWQiOiJhIiwidXNlciI6ImpvaG4iLCJpdGVtIjoiYnVyZ2VyIiwicXVhbnRpdHkiOjV9OwCeAsYADwYAHlB1cmdlciQY62AAAAAA',
};
const stored = Buffer.from(
  'BCJNGGhAKAAAAAAAAAB1KAAAgAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicAAAAA',
  'base64',
);
const skippable = Buffer.from('522a4d1803000000616263', 'hex');

const unpacked = (bytes: Buffer) => gathered(unpackLz4(bytes));
const changed = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

test.each(Object.entries(frames))('a frame with %s is read', async (_name, frame) => {
  expect((await unpacked(Buffer.from(frame, 'base64'))).toString()).toBe(text);
});

test('a stored block is read, and frames in a row are read as one', async () => {
  const bytes = Array.from({ length: 40 }, (_, byte) => byte);
  expect([...(await unpacked(Buffer.concat([stored, skippable, stored])))]).toEqual([...bytes, ...bytes]);
});

test('each checksum and size is verified', async () => {
  const [linked, independent] = Object.values(frames).map((frame) => Buffer.from(frame, 'base64')) as [Buffer, Buffer];
  await expect(unpacked(changed(linked, 6))).rejects.toThrow('the checksum of an LZ4 header is wrong');
  await expect(unpacked(changed(linked, linked.length - 1))).rejects.toThrow(
    'the LZ4 checksum of the content is wrong',
  );
  await expect(unpacked(changed(linked, 30))).rejects.toThrow('the LZ4 checksum of the content is wrong');
  await expect(unpacked(changed(independent, 30))).rejects.toThrow('the LZ4 checksum of a block is wrong');
});

test('bytes that are no frame, and a frame cut off anywhere, are refused', async () => {
  await expect(unpacked(Buffer.from('not a frame'))).rejects.toThrow('it is no LZ4 frame');
  for (let length = 1; length < stored.length; length++)
    await expect(unpacked(stored.subarray(0, length))).rejects.toThrow('its LZ4 frame is cut off');
});
