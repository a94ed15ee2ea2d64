import { gzipSync } from 'node:zlib';
import { LIMITS } from '../../../local/batches/record-set';
import { aBatch, damaged, gzipped, read } from './a-batch';

const MIB = 1 << 20;
const value = (text: string) => Buffer.from(text);
const records = (...offsets: number[]) => offsets.map((offset) => ({ offset, value: value(`v${offset}`) }));
const brief = (entries: Awaited<ReturnType<typeof read>>) =>
  entries.map((entry) => (entry.kind === 'record' ? entry.offset : [entry.kind, entry.from, entry.to]));

test('plain and compressed batches in one answer are read in order, and the one that is cut off is left', async () => {
  const set = Buffer.concat([
    aBatch({ records: records(0, 1) }),
    aBatch({ records: records(2), ...gzipped }),
    aBatch({ records: records(3, 4) }),
    aBatch({ records: records(5), ...gzipped }),
  ]);
  expect(brief(await read(set))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(brief(await read(set.subarray(0, -1)))).toEqual([0, 1, 2, 3, 4]);
  expect(brief(await read(set.subarray(0, 20)))).toEqual([]);
  expect(brief(await read(set, { from: 1 }))).toEqual([1, 2, 3, 4, 5]);
});

test('headers keep their order, their repeats and their bytes', async () => {
  const headers = [
    ['a', value('1')] as const,
    ['7', null] as const,
    ['__proto__', value('')] as const,
    ['a', value('3')] as const,
  ];
  const [entry] = await read(aBatch({ records: [{ offset: 0, value: null, headers }] }));
  expect(entry).toMatchObject({ kind: 'record', value: null, headers, timestamp: 1_000 });
});

test.each([
  ['gzip', 1, /incorrect header check/],
  ['snappy', 2, /./],
  ['lz4', 3, /it is no LZ4 frame/],
  ['zstd', 4, /./],
  ['no codec', 5, /a codec that nobody knows/],
])(
  'a batch that %s cannot unpack is one entry that says why, among those that can be read',
  async (_name, codec, cause) => {
    const set = Buffer.concat([
      aBatch({ records: records(0, 1) }),
      aBatch({ records: [...records(2, 3), { offset: 4, value: Buffer.alloc(40) }], ...damaged(codec) }),
      aBatch({ records: records(5) }),
    ]);
    const entries = await read(set);
    expect(brief(entries)).toEqual([0, 1, ['unreadable', 2, 4], 5]);
    expect(entries[2]).toMatchObject({ cause: expect.stringMatching(cause) });
    expect(brief(await read(set, { from: 3 }))).toEqual([['unreadable', 3, 4], 5]);
  },
);

test('a byte that changed on its way is noticed, whatever the codec', async () => {
  const set = aBatch({ records: records(0, 1) });
  set.writeUInt8(set.readUInt8(set.length - 2) ^ 1, set.length - 2);
  expect(await read(set)).toMatchObject([{ kind: 'unreadable', from: 0, to: 1, cause: 'its checksum is wrong' }]);
});

test('a damaged head never claims offsets that the partition has not', async () => {
  const set = aBatch({ records: records(3), lastOffset: 2_000_000_000, ...damaged(3) });
  expect(brief(await read(set, { highWatermark: 7 }))).toEqual([['unreadable', 3, 6]]);
});

test.each([
  ['fewer records than it says', { count: 9 }],
  ['more records than it says', { count: 1 }],
])('a batch with %s cannot be read', async (_name, over) => {
  expect(brief(await read(aBatch({ records: records(0, 1), ...gzipped, ...over })))).toEqual([['unreadable', 0, 1]]);
});

test('offsets that compaction emptied are passed by, at the end of a batch too', async () => {
  const set = Buffer.concat([
    aBatch({ records: records(0, 2), lastOffset: 4 }),
    aBatch({ records: [], lastOffset: 0 }),
  ]);
  expect(brief(await read(set, { from: 1 }))).toEqual([2, ['gap', 3, 4]]);
});

describe('what unpacks to too much', () => {
  /** As one record of so many bytes would be, without making it whole: only its beginning counts. */
  const bomb = (offset: number, bytes: number) => ({ offset, value: Buffer.alloc(bytes) });

  test('a record that no invocation takes is left packed when nothing comes behind it', async () => {
    const zeros = gzipSync(Buffer.alloc(64 * MIB));
    const set = aBatch({ records: [bomb(7, 16 * MIB)], ...gzipped });
    // Its stream goes on, and is never looked at: a reader that unpacked it whole would stumble over what follows.
    const cut = aBatch({ records: [bomb(7, 16 * MIB)], attributes: 1, pack: (all) => gzipSync(all).subarray(0, -100) });
    expect(zeros.length).toBeLessThan(100_000);
    for (const one of [set, cut]) {
      const entries = await read(one);
      expect(brief(entries)).toEqual([['too-large', 7, 7]]);
      expect(entries[0]).toMatchObject({ bytes: expect.any(Number), timestamp: 1_000 });
    }
  });

  test('the records around it are read', async () => {
    const set = aBatch({ records: [...records(0), bomb(1, 7 * MIB), ...records(2)], ...gzipped });
    expect(brief(await read(set))).toEqual([0, ['too-large', 1, 1], 2]);
  });

  test('a batch is unpacked up to a bound: what lies beyond is too large, and no record before it is lost', async () => {
    const limits = { ...LIMITS, record: MIB, batch: 4 * MIB };
    const set = Buffer.concat([
      aBatch({ records: [...records(0, 1), bomb(2, 8 * MIB), ...records(3, 4)], ...gzipped }),
      aBatch({ records: records(5) }),
    ]);
    const first = await read(set, { limits });
    expect(brief(first)).toEqual([0, 1, ['too-large', 2, 2]]);
    expect(brief(await read(set, { limits, from: 3 }))).toEqual([['too-large', 3, 4], 5]);
  });

  test('many records are handed on in portions', async () => {
    const limits = { ...LIMITS, kept: 3_000 };
    const set = aBatch({ records: [0, 1, 2, 3].map((offset) => ({ offset, value: Buffer.alloc(2_000) })), ...gzipped });
    expect(brief(await read(set, { limits }))).toEqual([0, 1]);
    expect(brief(await read(set, { limits, from: 2 }))).toEqual([2, 3]);
  });
});
