import { unpackZstd, unpackZstdInJavaScript } from '../../../local/batches/zstd';
import { gathered } from './gathered';

const text = `${'{"order_id":"a","user":"john","item":"burger","quantity":5}'.repeat(4)}${'burger'.repeat(10)}`;
/** Frames of the reference implementation (zstd 1.5 through Python). */
const frames = {
  'content size':
    'KLUv/WAoAE0CALQDeyJvcmRlcl9pZCI6ImEiLCJ1c2VyIjoiam9obiIsIml0ZW0iOiJidXJnZXIiLCJxdWFudGl0eSI6NX0DAEsdSBoMrMtTCgo=',
  'neither size nor checksum':
    'KLUv/QAATQIAtAN7Im9yZGVyX2lkIjoiYSIsInVzZXIiOiJqb2huIiwiaXRlbSI6ImJ1cmdlciIsInF1YW50aXR5Ijo1fQMASx1IGgysy1MKCg==',
  'a checksum, no size':
    'KLUv/QQATQIAtAN7Im9yZGVyX2lkIjoiYSIsInVzZXIiOiJqb2huIiwiaXRlbSI6ImJ1cmdlciIsInF1YW50aXR5Ijo1fQMASx1IGgysy1MKCloagB8=',
  'size and checksum':
    'KLUv/WQoAA0CAMKDDBGw6yS7W/cwZVlPGYp0oceEKiMC/WvcknDr+d7SblyPtvHzyahzfS9zz4vrCYde0uowAwBKOYITA+vylIICWhqAHw==',
  'a window of 128 MB, in two blocks':
    'KLUv/QCI3AEAwoMMEbDrJLtb9zBlWU8ZinShx4QqMAL9a9yScOv53tJuXI+28fPJqHN9L3PPi+sJh17S6jABANyXCgptAAAIYgMASjmCE4OCpxQQ',
};
const skippable = Buffer.from('502a4d180400000061626364', 'hex');
const all = Object.values(frames).map((frame) => Buffer.from(frame, 'base64'));

describe.each([
  ['by Node where it can', unpackZstd],
  ['in JavaScript', unpackZstdInJavaScript],
])('%s', (_how, unpack) => {
  const unpacked = (bytes: Buffer) => gathered(unpack(bytes));

  test.each(Object.entries(frames))('a frame with %s is read', async (_name, frame) => {
    expect((await unpacked(Buffer.from(frame, 'base64'))).toString()).toBe(text);
  });

  test('frames in a row are read as one', async () => {
    expect((await unpacked(Buffer.concat([...all, skippable, ...all]))).toString()).toBe(text.repeat(2 * all.length));
  });

  test('checksum and size are verified', async () => {
    const checked = Buffer.from(frames['a checksum, no size'], 'base64');
    checked.writeUInt8(checked.readUInt8(checked.length - 1) ^ 1, checked.length - 1);
    await expect(unpacked(checked)).rejects.toThrow();
    const sized = Buffer.from(frames['content size'], 'base64');
    // The size stands in two bytes, less 256.
    sized.writeUInt8(sized.readUInt8(5) + 1, 5);
    await expect(unpacked(sized)).rejects.toThrow();
  });

  test('bytes that are no frame, a frame cut off anywhere, and too large a window are refused', async () => {
    await expect(unpacked(Buffer.from('this is not a frame'))).rejects.toThrow();
    const frame = Buffer.from(frames['a checksum, no size'], 'base64');
    for (let length = 1; length < frame.length; length++)
      await expect(unpacked(frame.subarray(0, length))).rejects.toThrow();
    const wide = Buffer.from(frame);
    wide.writeUInt8(0xf8, 5);
    await expect(unpacked(wide)).rejects.toThrow();
  });

  test('no more is unpacked than what is asked for', async () => {
    const pieces = unpack(zerosFrame(10_000))[Symbol.asyncIterator]();
    const first = await pieces.next();
    expect(first.done || first.value.length).toBeLessThanOrEqual(1 << 17);
    await pieces.return?.(undefined);
  });
});

/** Each block says "131,072 times a zero" in four bytes: 1.3 GB in 40 KB. */
function zerosFrame(blocks: number): Buffer {
  const block = (isLast: boolean) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUIntLE((131_072 << 3) | (1 << 1) | Number(isLast), 0, 3);
    return bytes;
  };
  const head = Buffer.from('28b52ffd0058', 'hex');
  return Buffer.concat([head, ...Array.from({ length: blocks }, (_, index) => block(index === blocks - 1))]);
}
