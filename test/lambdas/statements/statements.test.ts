import { createCalendar } from '../../../lambdas/reporting/calendar';
import { createStatementsHandler } from '../../../lambdas/statements/statements';
import { MemoryObjectStore } from '../objects/memory-object-store';
import { anEventId, placed } from '../reporting/lines';
import { MemoryReportStore } from '../reporting/memory-report-store';

const context = { getRemainingTimeInMillis: () => 60_000 };

async function aHandler(now = '2026-11-21T12:00:00Z', timeZone = 'UTC') {
  const store = new MemoryReportStore();
  const objects = new MemoryObjectStore();
  await store.putLines([
    placed({ event_id: anEventId(1) }),
    placed({ event_id: anEventId(2) }, 'jane'),
    placed({ event_id: anEventId(3) }, 'john', '2026-11-21'),
  ]);
  const handler = createStatementsHandler({
    store,
    objects,
    calendar: createCalendar(timeZone),
    now: () => Date.parse(now),
    log: { info: () => {}, warn: () => {} },
  });
  return { handler, objects, store };
}

describe('the statements function', () => {
  it("closes what has ended when the schedule calls, whatever the service's event holds", async () => {
    const { handler, objects } = await aHandler();
    const scheduled = { version: '0', 'detail-type': 'Scheduled Event', time: '2026-11-21T12:00:00Z', detail: '{}' };
    expect(await handler(scheduled as object, context)).toMatchObject({ issued: 2, complete: true });
    expect(objects.objects.size).toBe(4);
    expect(await handler(null, context)).toMatchObject({ issued: 0, days: [] });
  });

  it('issues a day by command, without closing it', async () => {
    const { handler, store } = await aHandler();
    expect(await handler({ date: '2026-11-21' }, context)).toMatchObject({ days: ['2026-11-21'], issued: 1 });
    expect(await store.lastClosed()).toBeUndefined();
  });

  it("issues one user's day by command, once", async () => {
    const { handler, objects } = await aHandler();
    const command = { date: '2026-11-20', user: 'jane' };
    expect(await handler(command, context)).toMatchObject({ issued: 1 });
    expect(await handler(command, context)).toMatchObject({ issued: 0 });
    expect([...objects.objects.keys()]).toEqual([
      'statements/2026-11-20/jane/0001.json',
      'statements/2026-11-20/jane/0001.csv',
    ]);
  });

  it.each([
    [{ date: '2026-02-30' }, 'a day that exists'],
    [{ date: 20261120 }, 'a day that exists'],
    [{ user: 'john' }, 'a day that exists'],
    [{ date: '2026-11-20', user: '' }, 'whose day'],
    [{ date: '2026-11-22' }, 'has not begun'],
  ])('refuses the command %j and says what to say instead', async (command, words) => {
    const { handler } = await aHandler();
    await expect(handler(command, context)).rejects.toThrow(words);
  });

  it('leaves the rest to the next run when its time is up', async () => {
    const { handler } = await aHandler();
    let left = 60_000;
    const ending = { getRemainingTimeInMillis: () => (left -= 30_000) };
    expect(await handler({}, ending)).toMatchObject({ complete: false });
  });
});
