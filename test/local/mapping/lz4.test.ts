import { decompressLz4 } from '../../../local/mapping/lz4';

/** Frames of the reference implementation (lz4 1.10 through Python). */
const text = `${'{"order_id":"a","user":"john","item":"burger","quantity":5}'.repeat(4)}${'burger'.repeat(10)}`;
const frames = {
  'linked blocks, content size and checksum':
    'BCJNGGxAKAEAAAAAAABLTQAAAP8seyJvcmRlcl9pZCI6ImEiLCJ1c2VyIjoiam9obiIsIml0ZW0iOiJidXJnZXIiLCJxdWFudGl0eSI6NX07AJ4CxgAPBgAeUHVyZ2VyAAAAAB4tJIs=',
  'independent blocks, block checksums, no size':
    'BCJNGHBArU0AAAD/LHsib3JkZXJfaWQiOiJhIiwidXNlciI6ImpvaG4iLCJpdGVtIjoiYnVyZ2VyIiwicXVhbnRpdHkiOjV9OwCeAsYADwYAHlB1cmdlciQY62AAAAAA',
};
const stored = 'BCJNGGhAKAAAAAAAAAB1KAAAgAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicAAAAA';

test.each(Object.entries(frames))('a frame with %s is read', (_name, frame) => {
  expect(decompressLz4(Buffer.from(frame, 'base64')).toString()).toBe(text);
});

test('a stored block is read', () => {
  expect([...decompressLz4(Buffer.from(stored, 'base64'))]).toEqual(Array.from({ length: 40 }, (_, byte) => byte));
});

test('frames in a row are read as one', () => {
  const frame = Buffer.from(stored, 'base64');
  expect(decompressLz4(Buffer.concat([frame, frame]))).toHaveLength(80);
});

test('bytes that are no frame, and a frame cut off, are refused', () => {
  expect(() => decompressLz4(Buffer.from('not a frame'))).toThrow('LZ4: not a frame');
  expect(() => decompressLz4(Buffer.from(stored, 'base64').subarray(0, 30))).toThrow('LZ4: the frame is cut off');
});
