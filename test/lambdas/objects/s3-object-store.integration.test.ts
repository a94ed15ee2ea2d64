import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { readArchiveObject } from '../../../lambdas/audit/archive-object';
import { createAudit } from '../../../lambdas/audit/audit';
import { verifyTopic } from '../../../lambdas/audit/verify';
import type { ObjectStore } from '../../../lambdas/objects/object-store';
import { createS3ObjectStore } from '../../../lambdas/objects/s3-object-store';
import { createCalendar } from '../../../lambdas/reporting/calendar';
import { closeDays } from '../../../lambdas/reporting/close-days';
import { readJsonDocument } from '../../../lambdas/reporting/statement-documents';
import { anObjectStore } from '../../object-store';
import { aBudget, aRecord, eventsOf } from '../audit/records';
import { anEventId, placed } from '../reporting/lines';
import { MemoryReportStore } from '../reporting/memory-report-store';

jest.setTimeout(60_000);

const s3 = anObjectStore();

async function aBucket(): Promise<{ bucket: string; store: ObjectStore }> {
  const bucket = await s3.bucket();
  return { bucket, store: createS3ObjectStore(s3.client(), bucket) };
}

async function keys(store: ObjectStore, prefix = ''): Promise<string[]> {
  const all: string[] = [];
  for await (const { key } of store.list(prefix)) all.push(key);
  return all;
}

const text = (key: string, body: string) => ({ key, body: Buffer.from(body), type: 'text/plain' });

describe('createS3ObjectStore', () => {
  it('never replaces an object that is there', async () => {
    const { store } = await aBucket();
    expect(await store.putIfAbsent(text('a/b', 'first'))).toBe('stored');
    expect(await store.putIfAbsent(text('a/b', 'second'))).toBe('present');
    expect((await store.get('a/b'))?.toString()).toBe('first');
  });

  it('gives back what was put, byte for byte, and says how it is encoded', async () => {
    const { store, bucket } = await aBucket();
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await store.putIfAbsent({ key: 'bytes', body, type: 'application/x-ndjson', encoding: 'gzip' });
    expect(await store.get('bytes')).toEqual(body);
    const head = await s3.client().send(new HeadObjectCommand({ Bucket: bucket, Key: 'bytes' }));
    expect(head).toMatchObject({ ContentType: 'application/x-ndjson', ContentEncoding: 'gzip' });
  });

  it('knows what it does not have', async () => {
    const { store } = await aBucket();
    expect(await store.get('nothing')).toBeUndefined();
    expect(await keys(store)).toEqual([]);
  });

  it('lists all keys of a prefix in order, over as many pages as it takes', async () => {
    const { bucket } = await aBucket();
    const store = createS3ObjectStore(s3.client(), bucket, { keysAPage: 3 });
    const expected = ['page/01', 'page/02', 'page/03', 'page/04', 'page/05', 'page/06', 'page/07'];
    for (const key of ['other', ...[...expected].reverse()]) await store.putIfAbsent(text(key, 'x'));
    expect(await keys(store, 'page/')).toEqual(expected);
  });

  it('calls a bucket that is away a trouble that may pass', async () => {
    const store = createS3ObjectStore(s3.client(), 'no-such-bucket');
    await expect(store.putIfAbsent(text('a', ''))).rejects.toMatchObject({
      code: 'object_store_failed',
      retriable: true,
    });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'object_store_failed' });
    await expect(keys(store)).rejects.toMatchObject({ code: 'object_store_failed' });
  });
});

describe('the archive in S3', () => {
  it('keeps the first of two objects of a name, takes overlaps, and is proved whole', async () => {
    const { store } = await aBucket();
    const audit = createAudit(store);
    const archive = (from: number, to: number, word: string) =>
      audit.effect.absorb(
        eventsOf(
          audit,
          Array.from({ length: to - from }, (_, index) => aRecord({ offset: from + index, value: Buffer.from(word) })),
        ),
        aBudget(),
      );
    await archive(0, 5, 'first');
    await archive(0, 5, 'zombie');
    await archive(3, 8, 'first');

    const [name] = await keys(store, 'orders/0/');
    const records = readArchiveObject((await store.get(name as string)) as Buffer);
    expect(records.map(({ value }) => String(value))).toEqual(new Array(5).fill('first'));
    const log = {
      ends: async (topic: string) => [{ topic, partition: 0, earliest: 0, end: 8 }],
      committed: async () => new Map([[0, 8]]),
      firstRecord: async () => undefined,
      whyUnread: async () => undefined,
    };
    expect(await verifyTopic('orders', { store, log, contents: true })).toMatchObject([
      { status: 'complete', repeated: 2, bytes: expect.any(Number) },
    ]);
  });
});

describe('statements in S3', () => {
  it('are revised for late lines, under names of any kind', async () => {
    const { store: objects } = await aBucket();
    const store = new MemoryReportStore();
    const ports = { store, objects, calendar: createCalendar('UTC'), remainingMs: () => 60_000 };
    const now = Date.parse('2026-11-21T12:00:00Z');
    for (const user of ['john', 'a/../b', 'Zoë & Söhne'])
      await store.putLines([placed({ event_id: anEventId(user.length) }, user)]);
    await closeDays(ports, now);
    await store.putLines([placed({ event_id: anEventId(99) })]);
    await store.noteLate([{ user: 'john', date: '2026-11-20', eventId: anEventId(99) }]);
    await closeDays(ports, now);

    const all = await keys(objects, 'statements/2026-11-20/');
    expect(all).toHaveLength(8);
    const documents = await Promise.all(all.filter((key) => key.endsWith('.json')).map((key) => objects.get(key)));
    const issued = documents
      .map((body) => readJsonDocument(body as Buffer))
      .map(({ user, revision }) => [user, revision]);
    expect(issued.sort()).toEqual([
      ['Zoë & Söhne', 1],
      ['a/../b', 1],
      ['john', 1],
      ['john', 2],
    ]);
  });
});
