import fc from 'fast-check';
import { addDays, createCalendar } from '../../../lambdas/reporting/calendar';
import { type ClosePorts, closeDays, issueDay, issueOne } from '../../../lambdas/reporting/close-days';
import { readReport } from '../../../lambdas/reporting/read-report';
import { createReporting } from '../../../lambdas/reporting/reporting';
import { type Revision, statementOf } from '../../../lambdas/reporting/statement';
import { csvDocument, readJsonDocument } from '../../../lambdas/reporting/statement-documents';
import { runs } from '../../runs';
import { aBudget, aRecord, eventsOf } from '../audit/records';
import { MemoryObjectStore } from '../objects/memory-object-store';
import { anEvent, anEventId, placed } from './lines';
import { MemoryReportStore } from './memory-report-store';

const calendar = createCalendar('UTC');
const at = (time: string) => Date.parse(time);

function ports({ store = new MemoryReportStore(), objects = new MemoryObjectStore() } = {}) {
  return { store, objects, calendar, remainingMs: () => 60_000 } satisfies ClosePorts;
}

/** Every revision of a user's day, and a check of what must always hold of them. */
function revisionsOf(objects: MemoryObjectStore, user: string, date: string): Revision[] {
  const revisions = [...objects.objects.values()]
    .filter(({ key }) => key.startsWith(`statements/${date}/${user}/`) && key.endsWith('.json'))
    .map(({ body }) => readJsonDocument(body))
    .sort((one, other) => one.revision - other.revision);
  revisions.forEach((revision, index) => {
    expect(revision.revision).toBe(index + 1);
    const earlier = revisions[index - 1]?.lines ?? [];
    expect(revision.lines.length).toBeGreaterThan(earlier.length);
    expect(revision.lines).toEqual(expect.arrayContaining([...earlier]));
    expect(statementOf({ user, date, timeZone: 'UTC' }, revision.lines).digest).toBe(revision.digest);
  });
  return revisions;
}

describe('closeDays', () => {
  it('issues the statements of the day that has ended, as JSON and CSV, and closes it', async () => {
    const all = ports();
    await all.store.putLines([
      placed(),
      placed({ event_id: anEventId(2) }, 'jane'),
      placed({ event_id: anEventId(3) }, 'john', '2026-11-21'),
    ]);

    const closing = await closeDays(all, at('2026-11-21T00:15:00Z'));

    expect(closing).toMatchObject({ issued: 2, late: 0, complete: true });
    expect(closing.days.at(-1)).toBe('2026-11-20');
    expect([...all.objects.objects.keys()].sort()).toEqual([
      'statements/2026-11-20/jane/0001.csv',
      'statements/2026-11-20/jane/0001.json',
      'statements/2026-11-20/john/0001.csv',
      'statements/2026-11-20/john/0001.json',
    ]);
    expect(await all.store.lastClosed()).toBe('2026-11-20');
  });

  it('writes no new revision when nothing has changed', async () => {
    const all = ports();
    await all.store.putLines([placed()]);
    await closeDays(all, at('2026-11-21T00:15:00Z'));
    expect(await closeDays(all, at('2026-11-21T01:15:00Z'))).toEqual({ days: [], issued: 0, late: 0, complete: true });
    expect(await issueDay(all, '2026-11-20')).toEqual({ issued: 0, complete: true });
    expect(all.objects.objects.size).toBe(2);
  });

  it('issues a revision for a late charge, once', async () => {
    const all = ports();
    await all.store.putLines([placed()]);
    await closeDays(all, at('2026-11-21T00:15:00Z'));
    const now = at('2026-11-21T09:00:00Z');
    const reporting = createReporting({ store: all.store, calendar, now: () => now });
    const late = aRecord({ value: Buffer.from(JSON.stringify(anEvent({ event_id: anEventId(9), amount: '0.5' }))) });
    await reporting.effect.absorb(eventsOf(reporting, [late]), aBudget());

    expect(await closeDays(all, at('2026-11-21T09:15:00Z'))).toMatchObject({ late: 1 });
    expect(await closeDays(all, at('2026-11-21T10:15:00Z'))).toMatchObject({ late: 0 });

    expect(revisionsOf(all.objects, 'john', '2026-11-20').map(({ totals }) => totals.charged)).toEqual(['42.5', '43']);
  });

  it('catches up with every day since the last run', async () => {
    const all = ports();
    await closeDays(all, at('2026-11-18T00:15:00Z'));
    expect((await closeDays(all, at('2026-11-21T00:15:00Z'))).days).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
  });

  it('waits for clocks that are behind before it closes a day', async () => {
    const all = ports();
    expect((await closeDays(all, at('2026-11-21T00:04:00Z'))).days.at(-1)).toBe('2026-11-19');
  });

  it('leaves the day open when the time is up, and goes on the next time', async () => {
    const all = ports();
    await all.store.putLines([placed()]);
    expect(await closeDays({ ...all, remainingMs: () => 0 }, at('2026-11-21T00:15:00Z'))).toMatchObject({
      complete: false,
    });
    expect(await all.store.lastClosed()).toBe('2026-11-19');
    expect(await closeDays(all, at('2026-11-21T00:15:00Z'))).toMatchObject({ days: ['2026-11-20'], issued: 1 });
  });

  it('completes what a crash left between any two of its steps', async () => {
    for (let crashAt = 1; crashAt <= 4; crashAt++) {
      const all = ports();
      await all.store.putLines([placed()]);
      let step = 0;
      const crash = () => {
        step += 1;
        if (step === crashAt) throw new Error('killed');
      };
      all.objects.before = crash;
      all.objects.after = crash;
      await expect(closeDays(all, at('2026-11-21T00:15:00Z'))).rejects.toThrow('killed');
      await all.store.putLines([placed({ event_id: anEventId(2) })]);

      await closeDays(all, at('2026-11-21T00:15:00Z'));

      const revisions = revisionsOf(all.objects, 'john', '2026-11-20');
      expect(revisions.at(-1)?.lines).toHaveLength(2);
      for (const revision of revisions) {
        expect(all.objects.objects.get(csvDocument(revision).key)?.body).toEqual(csvDocument(revision).body);
      }
    }
  });

  describe('beside another that issues the same day', () => {
    /** Runs work once, in the middle of somebody else's step. */
    const once = (work: () => Promise<unknown>) => {
      let done = false;
      return async () => {
        if (done) return;
        done = true;
        await work();
      };
    };

    it('reads the lines again before it goes beyond a revision that it did not know', async () => {
      const all = ports();
      await all.store.putLines([placed()]);
      const other = once(async () => {
        await all.store.putLines([placed({ event_id: anEventId(2) })]);
        await issueOne(all, 'john', '2026-11-20');
      });
      const objects = Object.create(all.objects) as MemoryObjectStore;
      objects.putIfAbsent = async (object) => {
        await other();
        return all.objects.putIfAbsent(object);
      };

      await issueOne({ ...all, objects }, 'john', '2026-11-20');

      expect(revisionsOf(all.objects, 'john', '2026-11-20').map(({ lines }) => lines.length)).toEqual([2]);
    });

    it.each(['linesOf', 'issuedOf'] as const)(
      'writes nothing older when the other is done right after its %s',
      async (step) => {
        const all = ports();
        await all.store.putLines([placed()]);
        const other = once(async () => {
          await all.store.putLines([placed({ event_id: anEventId(2) })]);
          await issueOne(all, 'john', '2026-11-20');
        });
        const store = Object.create(all.store) as MemoryReportStore;
        store[step] = async (user: string, date: string) => {
          const answer = await all.store[step](user, date);
          await other();
          return answer as never;
        };

        await issueOne({ ...all, store }, 'john', '2026-11-20');

        expect(revisionsOf(all.objects, 'john', '2026-11-20').at(-1)?.lines).toHaveLength(2);
      },
    );

    it('keeps the note of a line that comes late while the statement is issued for another', async () => {
      const all = ports();
      await closeDays(all, at('2026-11-21T00:15:00Z'));
      const comeLate = async (n: number) => {
        await all.store.putLines([placed({ event_id: anEventId(n) })]);
        await all.store.noteLate([{ user: 'john', date: '2026-11-20', eventId: anEventId(n) }]);
      };
      await comeLate(1);
      const other = once(() => comeLate(2));
      const objects = Object.create(all.objects) as MemoryObjectStore;
      objects.putIfAbsent = async (object) => {
        await other();
        return all.objects.putIfAbsent(object);
      };

      await closeDays({ ...all, objects }, at('2026-11-21T01:15:00Z'));
      await closeDays(all, at('2026-11-21T02:15:00Z'));

      expect(revisionsOf(all.objects, 'john', '2026-11-20').map(({ lines }) => lines.length)).toEqual([1, 2]);
    });
  });

  it('ends with the exact statement, whatever comes late, twice, or while others close the same day', async () => {
    const DAY = '2026-11-20';
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('deliver' as const),
        events: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constantFrom('close' as const, 'command' as const, 'one' as const) }),
    );
    const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(rounds, fc.scheduler(), fc.infiniteStream(fc.nat(30)), async (plan, scheduler, faults) => {
        const all = ports();
        const delivered = new Set<number>();
        const flaky = <T extends object>(target: T, names: readonly (keyof T & string)[]) => {
          const copy = Object.create(target) as T;
          for (const name of names) {
            const work = (target[name] as (...args: unknown[]) => Promise<unknown>).bind(target);
            const call = scheduler.scheduleFunction(work);
            Object.assign(copy, {
              [name]: async (...args: unknown[]) => {
                const fault = faults.next().value;
                if (fault === 0) throw new Error('before');
                const answer = await call(...args);
                if (fault === 1) throw new Error('after');
                return answer;
              },
            });
          }
          return copy;
        };
        const store = flaky(all.store, [
          'putLines',
          'noteLate',
          'linesOf',
          'issuedOf',
          'issuedOn',
          'saveIssued',
          'settleLate',
        ]);
        const objects = flaky(all.objects, ['putIfAbsent', 'get']);
        const eventOf = (n: number) =>
          anEvent({ event_id: anEventId(n), amount: `${n}.01`, user: n % 2 ? 'john' : 'jo' });

        let now = at(`${DAY}T23:00:00Z`);
        const perform = async (one: (typeof plan)[number][number]) => {
          const work = { store, objects, calendar, remainingMs: () => 60_000 };
          if (one.kind === 'deliver') {
            const reporting = createReporting({ store, calendar, now: () => now });
            const records = one.events.map((n) =>
              aRecord({ offset: n, value: Buffer.from(JSON.stringify(eventOf(n))) }),
            );
            for (const n of one.events) delivered.add(n);
            const results = await reporting.effect.absorb(eventsOf(reporting, records), aBudget(1));
            // Lambda brings back what is reported.
            if (results.some(Boolean)) await reporting.effect.absorb(eventsOf(reporting, records), aBudget(1_000));
          } else if (one.kind === 'close') await closeDays(work, now);
          else if (one.kind === 'command') await issueDay(work, DAY);
          else await issueOne(work, 'john', DAY);
        };
        for (const round of plan) {
          const done = Promise.all(round.map((one) => perform(one).catch(() => {})));
          await scheduler.waitFor(done);
          now += 40 * 60_000;
        }
        await closeDays(all, at(`${addDays(DAY, 1)}T12:00:00Z`));

        for (const [user, odd] of [
          ['john', 1],
          ['jo', 0],
        ] as const) {
          const expected = [...delivered].filter((n) => n % 2 === odd);
          const last = revisionsOf(all.objects, user, DAY).at(-1);
          expect(new Set(last?.lines.map(({ event_id }) => event_id) ?? [])).toEqual(new Set(expected.map(anEventId)));
          const report = await readReport(all.store, calendar, { user, date: DAY }, now);
          expect(report?.status).toBe(expected.length > 0 ? 'issued' : undefined);
        }
        expect(all.store.late.size).toBe(0);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('readReport', () => {
  it('tells an open day, one whose statement is due, and one that is issued', async () => {
    const all = ports();
    const today = at('2026-11-20T12:00:00Z');
    const tomorrow = at('2026-11-21T12:00:00Z');
    const read = (now: number) => readReport(all.store, calendar, { user: 'john', date: '2026-11-20' }, now);
    expect(await read(today)).toBeUndefined();
    await all.store.putLines([placed()]);
    expect(await read(today)).toMatchObject({ status: 'open', revision: 0, totals: { charged: '42.5' } });
    expect((await read(tomorrow))?.status).toBe('due');
    await closeDays(all, tomorrow);
    expect(await read(tomorrow)).toMatchObject({
      status: 'issued',
      revision: 1,
      documents: { csv: 'statements/2026-11-20/john/0001.csv' },
    });
    await all.store.putLines([placed({ event_id: anEventId(2) })]);
    expect(await read(tomorrow)).toMatchObject({ status: 'due', revision: 1, totals: { charged: '85' } });
  });
});
