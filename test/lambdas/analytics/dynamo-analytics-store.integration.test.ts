import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { countWindows } from '../../../lambdas/analytics/count-windows';
import { createDynamoAnalyticsStore } from '../../../lambdas/analytics/dynamo-analytics-store';
import { noFigures } from '../../../lambdas/analytics/figures';
import { readAnalytics } from '../../../lambdas/analytics/read-analytics';
import { shortId } from '../../../lambdas/analytics/short-id';
import { aDynamoClient, aTable } from '../../dynamo';
import { aBudget } from '../audit/records';
import { aCounted } from './counted';

jest.setTimeout(60_000);

let client: DynamoDBClient;

beforeAll(() => {
  client = aDynamoClient();
});

afterAll(() => client.destroy());

const aStore = async () => createDynamoAnalyticsStore(client, await aTable());

const SOURCE = 'order-events-0';

describe('createDynamoAnalyticsStore', () => {
  it('reads the state it wrote, and writes the next one only after it', async () => {
    const store = await aStore();
    const delta = (window: string, ...names: string[]) => ({
      window,
      figures: { ...noFigures, approved: names.length },
      ids: names.map(shortId),
    });
    const row = { version: 1, journal: [delta('2026-11-21T10:00', 'a', 'b'), delta('2026-11-21T10:01', 'c')] };
    expect(await store.loadSource(SOURCE)).toBeUndefined();
    expect(await store.saveSource(SOURCE, row)).toBe('saved');
    expect(await store.saveSource(SOURCE, row)).toBe('conflict');
    expect(await store.loadSource(SOURCE)).toEqual(row);
    expect(await store.saveSource(SOURCE, { ...row, version: 3 })).toBe('conflict');
    expect(await store.saveSource(SOURCE, { version: 2, journal: [] })).toBe('saved');
    expect(await store.loadSource(SOURCE)).toEqual({ version: 2, journal: [] });
  });

  it('keeps the ids that a window’s row has no room for, each window’s and source’s own', async () => {
    const store = await aStore();
    const [window, other] = ['2026-11-21T10:00', '2026-11-21T10:01'] as const;
    const ids = Array.from({ length: 500 }, (_, id) => shortId(String(id)));
    await store.saveIds(SOURCE, window, 7, ids.slice(0, 300));
    await store.saveIds(SOURCE, window, 12, ids.slice(300));
    await store.saveIds(SOURCE, other, 7, [shortId('x')]);
    await store.saveIds(`${SOURCE}0`, window, 7, [shortId('y')]);
    expect(await store.loadIds(SOURCE, window)).toEqual(ids);
    expect(await store.loadIds(SOURCE, '2026-11-21T10:02')).toEqual([]);
  });

  it('brings a window from one version to the next, and leaves one alone that has moved', async () => {
    const store = await aStore();
    const window = '2026-11-21T10:00';
    const row = (version: number) => ({
      version,
      figures: { ...noFigures, approved: version },
      ids: version > 4 ? [] : [shortId(String(version))],
      spilled: version > 4,
    });
    await store.saveWindow(SOURCE, window, row(3), undefined);
    await store.saveWindow(SOURCE, window, row(4), undefined);
    await store.saveWindow(SOURCE, window, row(5), 2);
    expect(await store.loadWindows(SOURCE, [window])).toEqual(new Map([[window, row(3)]]));
    await store.saveWindow(SOURCE, window, row(5), 3);
    expect(await store.loadWindows(SOURCE, [window])).toEqual(new Map([[window, row(5)]]));
  });

  it('finds the windows of a range over hours and days, without its end', async () => {
    const store = await aStore();
    const starts = ['2026-11-20T22:59', '2026-11-20T23:00', '2026-11-20T23:59', '2026-11-21T00:00', '2026-11-21T01:00'];
    const row = { version: 1, figures: noFigures, ids: [], spilled: false };
    for (const window of starts) await store.saveWindow(SOURCE, window, row, undefined);
    const found: string[] = [];
    for await (const { window } of store.windows('2026-11-20T23:00', '2026-11-21T01:00')) found.push(window);
    expect(found).toEqual(starts.slice(1, 4));
  });

  it('counts each event once with two environments that hold the same partitions', async () => {
    const store = await aStore();
    const limits = { store, idsInRow: 10 };
    const environments = [countWindows(limits), countWindows(limits)];
    const batch = (from: number) =>
      Array.from({ length: 100 }, (_, index) => aCounted(from + index, `order-events-${index % 2}`));
    for (let from = 0; from < 500; from += 100) {
      const answers = await Promise.all(environments.map((effect) => effect.absorb(batch(from), aBudget(1_000))));
      expect(answers.flat().filter(Boolean)).toEqual([]);
    }
    await countWindows(limits).absorb(Array.from({ length: 5 }, (_, part) => batch(part * 100)).flat(), aBudget(100));

    const range = { from: Date.parse('2026-11-21T10:00:00Z'), to: Date.parse('2026-11-21T10:04:00Z') };
    const { total, top_items } = await readAnalytics(store, { ...range, top: 1_000 });
    expect(total).toMatchObject({ approved: 500, charged_amount: '50' });
    expect(top_items.map(({ orders }) => orders)).toEqual(new Array(500).fill(1));
  });
});
