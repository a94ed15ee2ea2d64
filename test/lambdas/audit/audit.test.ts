import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readArchiveObject } from '../../../lambdas/audit/archive-object';
import { createAudit } from '../../../lambdas/audit/audit';
import { contentFault } from '../../../lambdas/audit/contents';
import { parseObjectName } from '../../../lambdas/audit/object-name';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';
import type { NewObject, ObjectStore } from '../../../lambdas/objects/object-store';
import { runs } from '../../runs';
import { MemoryObjectStore } from '../objects/memory-object-store';
import { aBudget, aRecord, eventsOf } from './records';

async function archive(store: MemoryObjectStore, records: readonly ConsumedRecord[]) {
  const audit = createAudit(store);
  return audit.effect.absorb(eventsOf(audit, records), aBudget());
}

describe('audit', () => {
  it('archives any bytes as they are: tombstones, keys and headers that are no text, values that are no order', async () => {
    const store = new MemoryObjectStore();
    const records = [
      aRecord({ offset: 7, key: null, value: null }),
      aRecord({ offset: 8, value: Buffer.from([0xff, 0x00, 0x80]), key: Buffer.from([0xc3]) }),
      aRecord({
        offset: 9,
        value: Buffer.from('\ufeffnot JSON\n{'),
        headers: [
          ['a', Buffer.from([0xfe])],
          ['7', null],
          ['__proto__', Buffer.alloc(0)],
          ['a', Buffer.from('é')],
        ],
      }),
    ];

    await archive(store, records);

    const [object] = [...store.objects.values()];
    expect(object?.key).toBe('orders/0/0000000000000000007-0000000000000000009');
    expect(readArchiveObject(object?.body as Buffer)).toEqual(records);
  });

  it('names by partition and splits where offsets are missing, so that no name claims what is not there', async () => {
    const store = new MemoryObjectStore();
    await archive(
      store,
      [5, 3, 4, 9].map((offset) => aRecord({ offset })).concat(aRecord({ partition: 1, offset: 5 })),
    );
    expect([...store.objects.keys()].sort()).toEqual([
      'orders/0/0000000000000000003-0000000000000000005',
      'orders/0/0000000000000000009-0000000000000000009',
      'orders/1/0000000000000000005-0000000000000000005',
    ]);
  });

  it('reports the records of the object that could not be written, and only those', async () => {
    const store = new MemoryObjectStore();
    store.before = ({ key }) => {
      if (key.startsWith('orders/1/')) throw new Error('the store is away');
    };
    const results = await archive(store, [aRecord(), aRecord({ partition: 1 }), aRecord({ offset: 1 })]);
    expect(results.map((result) => result?.message)).toEqual([undefined, 'the store is away', undefined]);
  });

  it('tries again within the invocation when the store fails for a moment', async () => {
    const store = new MemoryObjectStore();
    let failures = 1;
    store.after = () => {
      if (failures-- > 0) throw new Error('the answer was lost');
    };
    expect(await archive(store, [aRecord()])).toEqual([undefined]);
  });

  it('takes an object of the same name for a repeat, however it was compressed', async () => {
    const store = new MemoryObjectStore();
    await archive(store, [aRecord()]);
    const [object] = [...store.objects.values()] as [NewObject];
    const body = gzipSync(gunzipSync(object.body), { level: 1 });
    store.objects.set(object.key, { ...object, body });
    expect(await archive(store, [aRecord()])).toEqual([undefined]);
    expect(store.objects.get(object.key)?.body).toBe(body);
  });

  it('dead-letters records whose name is taken by others, as of a topic that was made anew, and replaces nothing', async () => {
    const store = new MemoryObjectStore();
    await archive(store, [aRecord()]);
    const results = await archive(store, [aRecord({ value: Buffer.from('another') }), aRecord({ partition: 1 })]);
    expect(results).toEqual([expect.objectContaining({ code: 'archive_conflict', retriable: false }), undefined]);
    const kept = readArchiveObject([...store.objects.values()][0]?.body as Buffer);
    expect(kept).toEqual([aRecord()]);
  });

  it('gives an attempt up when the time of the invocation is over', async () => {
    const store: ObjectStore = Object.assign(new MemoryObjectStore(), {
      putIfAbsent: (_: NewObject, signal?: AbortSignal) =>
        new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('given up')))),
    });
    const audit = createAudit(store);
    const budget = { remainingMs: () => 5, pause: async () => {}, signal: new AbortController().signal };
    expect(await audit.effect.absorb(eventsOf(audit, [aRecord()]), budget)).toEqual([new Error('given up')]);
  });

  it('never replaces an object, and each name holds what it says, whatever the cuts, the repeats and the order', async () => {
    const delivery = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 12 }), async (deliveries) => {
        const store = new MemoryObjectStore();
        const firstBodies = new Map<string, Buffer>();
        for (const offsets of deliveries) {
          await archive(
            store,
            offsets.map((offset) => aRecord({ offset })),
          );
          for (const [key, { body }] of store.objects) {
            if (!firstBodies.has(key)) firstBodies.set(key, body);
            expect(body).toBe(firstBodies.get(key));
          }
        }
        const archived = new Set<number>();
        for (const [key, { body }] of store.objects) {
          const range = parseObjectName(key);
          expect(range && contentFault(range, body)).toBeUndefined();
          for (const { offset } of readArchiveObject(body)) archived.add(offset);
        }
        expect(archived).toEqual(new Set(deliveries.flat()));
      }),
      { numRuns: runs(100) },
    );
  });
});

test('an object that unpacks to more than an object holds is not read', () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, '\n'));
  expect(bomb.length).toBeLessThan(100_000);
  expect(() => readArchiveObject(bomb)).toThrow(/larger than/i);
});
