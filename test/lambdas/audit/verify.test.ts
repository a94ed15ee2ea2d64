import fc from 'fast-check';
import { createAudit } from '../../../lambdas/audit/audit';
import { type PartitionLog, verifyTopic } from '../../../lambdas/audit/verify';
import { MemoryObjectStore } from '../objects/memory-object-store';
import { aBudget, aRecord, eventsOf } from './records';

/** One partition of `orders`: `records` are the offsets that hold one, the others hold none. */
function aLog({
  earliest = 0,
  end,
  records,
  committed,
  unread = {},
}: {
  earliest?: number;
  end: number;
  records: readonly number[];
  committed?: number;
  /** By offset: why its record cannot be had. */
  unread?: Readonly<Record<number, string>>;
}): PartitionLog {
  return {
    ends: async (topic) => [{ topic, partition: 0, earliest, end }],
    committed: async () => new Map(committed === undefined ? [] : [[0, committed]]),
    firstRecord: async (_topic, _partition, { first, last }) =>
      [...records].sort((one, other) => one - other).find((one) => first <= one && one <= last),
    whyUnread: async (_topic, _partition, offset) => unread[offset],
  };
}

async function anArchive(...deliveries: readonly (readonly number[])[]) {
  const store = new MemoryObjectStore();
  const audit = createAudit(store);
  for (const offsets of deliveries) {
    const records = offsets.map((offset) => aRecord({ offset }));
    await audit.effect.absorb(eventsOf(audit, records), aBudget());
  }
  return store;
}

const upTo = (end: number) => Array.from({ length: end }, (_, offset) => offset);

async function verdictOf(store: MemoryObjectStore, log: PartitionLog, contents = false) {
  const [verdict] = await verifyTopic('orders', { store, log, contents });
  return verdict;
}

describe('verifyTopic', () => {
  it('finds an archive complete when objects name every offset, overlaps and all', async () => {
    const store = await anArchive([0, 1, 2, 3], [1, 2], [2, 3, 4], [5]);
    const verdict = await verdictOf(store, aLog({ end: 6, records: upTo(6) }), true);
    expect(verdict).toMatchObject({ status: 'complete', from: 0, end: 6, missing: [], repeated: 4, objects: 4 });
  });

  it('names the offsets that are missing between archived ones', async () => {
    const store = await anArchive([0, 1], [4]);
    const verdict = await verdictOf(store, aLog({ end: 5, records: upTo(5) }));
    expect(verdict).toMatchObject({ status: 'missing', missing: [{ first: 2, last: 3 }] });
  });

  it('says of what is missing why nobody can be given it', async () => {
    const store = await anArchive([0, 1], [3], [5]);
    const unread = { 2: 'too large for an invocation: gzip, 40.0 MB unpacked' };
    const verdict = await verdictOf(store, aLog({ end: 6, records: upTo(6), unread }));
    expect(verdict?.missing).toEqual([
      { first: 2, last: 2, why: unread[2] },
      { first: 4, last: 4 },
    ]);
  });

  it('calls offsets pending that audit has not passed, since their batch may be on its way', async () => {
    const store = await anArchive([0, 1]);
    const verdict = await verdictOf(store, aLog({ end: 5, records: upTo(5), committed: 2 }));
    expect(verdict).toMatchObject({ status: 'pending', missing: [], pending: [{ first: 2, last: 4 }], archivedTo: 2 });
  });

  it('calls offsets missing that audit says it has archived, the newest too', async () => {
    const store = await anArchive([0, 1]);
    const verdict = await verdictOf(store, aLog({ end: 5, records: upTo(5), committed: 4 }));
    expect(verdict).toMatchObject({
      status: 'missing',
      missing: [{ first: 2, last: 3 }],
      pending: [{ first: 4, last: 4 }],
    });
  });

  it('does not call missing what another object of the same batch has overtaken', async () => {
    const store = await anArchive([0, 1], [4, 5]);
    const verdict = await verdictOf(store, aLog({ end: 6, records: upTo(6), committed: 2 }));
    expect(verdict).toMatchObject({ status: 'pending', missing: [], pending: [{ first: 2, last: 3 }] });
  });

  it('takes everything for pending before audit has begun', async () => {
    const verdict = await verdictOf(await anArchive(), aLog({ end: 2, records: upTo(2) }));
    expect(verdict).toMatchObject({ status: 'pending', pending: [{ first: 0, last: 1 }], objects: 0, bytes: 0 });
  });

  it('adds up what the objects weigh', async () => {
    const store = await anArchive([0, 1], [2]);
    const bytes = [...store.objects.values()].reduce((sum, { body }) => sum + body.length, 0);
    expect(await verdictOf(store, aLog({ end: 3, records: upTo(3) }))).toMatchObject({ objects: 2, bytes });
  });

  it('knows the gaps of control records, and still knows them when the log has forgotten those offsets', async () => {
    const store = await anArchive([0, 1], [3, 4]);
    const before = await verdictOf(store, aLog({ end: 6, records: [0, 1, 3, 4], committed: 6 }));
    expect(before).toMatchObject({
      status: 'complete',
      gaps: [
        { first: 2, last: 2 },
        { first: 5, last: 5 },
      ],
    });
    const after = await verdictOf(store, aLog({ earliest: 6, end: 6, records: [] }));
    expect(after).toMatchObject({ status: 'complete', from: 0, gaps: [] });
  });

  it('takes no offset for a gap that the log let go of while it was read', async () => {
    const store = await anArchive([0], [4]);
    const log = aLog({ end: 5, records: [4] });
    const seen = jest.fn().mockResolvedValue([{ topic: 'orders', partition: 0, earliest: 2, end: 5 }]);
    seen.mockResolvedValueOnce(await log.ends('orders'));
    const verdict = await verdictOf(store, { ...log, ends: seen });
    expect(verdict).toMatchObject({ status: 'missing', missing: [{ first: 1, last: 3 }], gaps: [] });
    expect([...store.objects.keys()].filter((key) => key.endsWith('.gap'))).toEqual([]);
  });

  it('takes nothing for proved that the log no longer holds', async () => {
    const store = await anArchive([0], [5]);
    const verdict = await verdictOf(store, aLog({ earliest: 3, end: 6, records: [5] }));
    expect(verdict).toMatchObject({
      status: 'missing',
      missing: [{ first: 1, last: 2 }],
      gaps: [{ first: 3, last: 4 }],
    });
  });

  it('says when objects name offsets that the log has not come to', async () => {
    const store = await anArchive([0, 1, 2, 3]);
    const verdict = await verdictOf(store, aLog({ end: 2, records: upTo(2) }));
    expect(verdict?.status).toBe('inconsistent');
    expect(verdict?.faults).toEqual([expect.stringContaining('the offsets 2 to 3')]);
  });

  it('reads the objects when asked to, and says which does not hold what its name says', async () => {
    const store = await anArchive([0, 1], [2]);
    const [whole, single] = [...store.objects.values()];
    store.objects.set(whole?.key as string, { ...(whole as NonNullable<typeof whole>), body: single?.body as Buffer });
    const log = aLog({ end: 3, records: upTo(3) });
    expect((await verdictOf(store, log))?.status).toBe('complete');
    expect((await verdictOf(store, log, true))?.faults).toEqual([`${whole?.key} holds 1 records instead of 2`]);
  });

  it('says which objects contradict each other, when it reads them', async () => {
    const store = await anArchive([0, 1, 2]);
    const audit = createAudit(store);
    const anew = [1, 2, 3].map((offset) => aRecord({ offset, ...(offset === 2 && { value: Buffer.from('other') }) }));
    await audit.effect.absorb(eventsOf(audit, anew), aBudget());
    const [one, other] = [...store.objects.keys()].sort();
    const verdict = await verdictOf(store, aLog({ end: 4, records: upTo(4) }), true);
    expect(verdict?.faults).toEqual([`${other} holds another record at 2 than ${one}`]);
  });

  it('says which keys are no objects of the archive', async () => {
    const store = await anArchive([0]);
    store.objects.set('orders/0/readme', { key: 'orders/0/readme', body: Buffer.alloc(0), type: 'text/plain' });
    const verdict = await verdictOf(store, aLog({ end: 1, records: [0] }));
    expect(verdict?.faults).toEqual(['orders/0/readme is no object of the archive']);
  });

  it('is complete if and only if every record is archived, for any cuts, holes and control records', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ control: fc.boolean(), archived: fc.boolean() }), { maxLength: 25 }),
        fc.nat(6),
        fc.option(fc.nat(25), { nil: undefined }),
        async (offsets, cut, committed) => {
          const records = upTo(offsets.length).filter((offset) => !offsets[offset]?.control);
          const archived = records.filter((offset) => offsets[offset]?.archived);
          const store = await anArchive(archived.slice(0, cut), archived.slice(Math.max(0, cut - 2)));
          const verdict = await verdictOf(store, aLog({ end: offsets.length, records, committed }), true);
          const passed = committed ?? Math.max(-1, ...archived);
          const lost = records.filter((offset) => !archived.includes(offset));
          const expected = lost.some((offset) => offset < passed)
            ? 'missing'
            : lost.length > 0
              ? 'pending'
              : 'complete';
          expect(verdict?.status).toBe(expected);
          const covers = (offset: number) => (range: { first: number; last: number }) =>
            range.first <= offset && offset <= range.last;
          const named = [...(verdict?.missing ?? []), ...(verdict?.pending ?? [])];
          expect(lost.filter((offset) => !named.some(covers(offset)))).toEqual([]);
          expect(archived.filter((offset) => named.some(covers(offset)))).toEqual([]);
        },
      ),
    );
  });
});
