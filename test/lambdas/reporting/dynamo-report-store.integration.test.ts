import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoReportStore } from '../../../lambdas/reporting/dynamo-report-store';
import type { PlacedLine } from '../../../lambdas/reporting/line';
import type { LateNote } from '../../../lambdas/reporting/report-store';
import { statementOf } from '../../../lambdas/reporting/statement';
import { aDynamoClient, aTable } from '../../dynamo';
import { anEventId, placed } from './lines';

jest.setTimeout(60_000);

let client: DynamoDBClient;

beforeAll(() => {
  client = aDynamoClient();
});

afterAll(() => client.destroy());

const aStore = async () => createDynamoReportStore(client, await aTable());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('createDynamoReportStore', () => {
  it('keeps the lines of each user and day apart, and each once however often it is put', async () => {
    const store = await aStore();
    const lines = [
      placed({ event_id: anEventId(1) }),
      placed({ event_id: anEventId(2) }, 'john', '2026-11-21'),
      placed({ event_id: anEventId(3) }, 'jane'),
      placed({ event_id: anEventId(4) }, '😀'.repeat(128)),
    ];
    await store.putLines(lines);
    await store.putLines(lines);
    for (const { user, date, line } of lines) expect(await store.linesOf(user, date)).toEqual([line]);
  });

  it('loses no line when they come again in another cut, and keeps in one item those that came together', async () => {
    const table = await aTable();
    const store = createDynamoReportStore(client, table);
    const [one, two, three] = [1, 2, 3].map((n) => placed({ event_id: anEventId(n) })) as [PlacedLine, ...PlacedLine[]];
    for (const cut of [[one, two], [one, three], [three], [two, one]] as PlacedLine[][]) await store.putLines(cut);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    expect(Items).toHaveLength(3);
    const statement = statementOf(
      { user: 'john', date: '2026-11-20', timeZone: 'UTC' },
      await store.linesOf('john', '2026-11-20'),
    );
    expect(statement.lines.map(({ event_id }) => event_id)).toEqual([1, 2, 3].map(anEventId));
  });

  it('keeps the longest lines there may be', async () => {
    const store = await aStore();
    const lines = Array.from({ length: 50 }, (_, n) =>
      placed({ event_id: anEventId(n), payment_id: randomBytes(14_700).toString('base64') }),
    );
    await store.putLines(lines);
    expect(await store.linesOf('john', '2026-11-20')).toHaveLength(50);
  });

  it('finds every user of a day by its shards, each with all lines, beyond what one page holds', async () => {
    const store = await aStore();
    const lines = Array.from({ length: 3_000 }, (_, n) =>
      placed({ event_id: anEventId(n), payment_id: 'x'.repeat(400) }, `user-${n % 20}`),
    );
    await store.putLines(lines);
    const found = new Map<string, number>();
    for (let shard = 0; shard < store.shards; shard++) {
      for (const { user, lines } of await all(store.linesByUser('2026-11-20', shard))) {
        expect(found.has(user)).toBe(false);
        found.set(user, lines.length);
      }
    }
    expect([...found].sort()).toEqual(Array.from({ length: 20 }, (_, n) => [`user-${n}`, 150]).sort());
  }, 60_000);

  it('never takes an issued revision back', async () => {
    const store = await aStore();
    expect(await store.issuedOf('john', '2026-11-20')).toBeUndefined();
    await store.saveIssued('john', '2026-11-20', { revision: 2, digest: 'two' });
    await store.saveIssued('john', '2026-11-20', { revision: 1, digest: 'one' });
    await store.saveIssued('john', '2026-11-20', { revision: 2, digest: 'another' });
    expect(await store.issuedOf('john', '2026-11-20')).toEqual({ revision: 2, digest: 'two' });
    const byShard = [];
    for (let shard = 0; shard < store.shards; shard++) byShard.push(...(await store.issuedOn('2026-11-20', shard)));
    expect(byShard).toEqual([['john', { revision: 2, digest: 'two' }]]);
  });

  it('settles the notes it is told to, and no others, until the line comes again', async () => {
    const store = await aStore();
    const notes: LateNote[] = [1, 2, 3].map((n) => ({ user: `user-${n}`, date: '2026-11-20', eventId: anEventId(n) }));
    await store.noteLate(notes);
    await store.settleLate(notes.slice(0, 2), Date.now());
    expect(await all(store.lateNotes())).toEqual(notes.slice(2));
    await store.noteLate(notes.slice(0, 1));
    expect(await all(store.lateNotes())).toHaveLength(2);
  });

  it('knows the latest day that was closed', async () => {
    const store = await aStore();
    expect(await store.lastClosed()).toBeUndefined();
    for (const day of ['2026-11-19', '2026-11-20', '2026-11-18']) await store.markClosed(day);
    expect(await store.lastClosed()).toBe('2026-11-20');
  });
});
