import fc from 'fast-check';
import { addDays, createCalendar, isDay } from '../../../lambdas/reporting/calendar';

describe('createCalendar', () => {
  it.each([
    ['Europe/Berlin', '2026-11-20T22:59:59.999Z', '2026-11-20'],
    ['Europe/Berlin', '2026-11-20T23:00:00.000Z', '2026-11-21'],
    ['America/New_York', '2026-11-21T04:59:59.999Z', '2026-11-20'],
    ['Asia/Kathmandu', '2026-11-20T18:15:00.000Z', '2026-11-21'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00.000Z', '2027-01-01'],
    // The day the clocks go back has 25 hours.
    ['Europe/Berlin', '2026-10-25T22:30:00.000Z', '2026-10-25'],
    ['UTC', '2026-11-20T23:59:59.999Z', '2026-11-20'],
  ])('gives an instant its day in %s: %s is %s', (zone, time, day) => {
    expect(createCalendar(zone).dayOf(Date.parse(time))).toBe(day);
  });

  it('says which variable to set when there is no such zone', () => {
    expect(() => createCalendar('Europe/Nowhere')).toThrow('set REPORTING_TIME_ZONE');
  });

  it('is the day of the ISO text in UTC, and never goes back with time', () => {
    const utc = createCalendar('UTC');
    const berlin = createCalendar('Europe/Berlin');
    const instant = fc.integer({ min: Date.parse('1971-01-01'), max: Date.parse('2200-01-01') });
    fc.assert(
      fc.property(instant, fc.nat(200_000_000), (time, more) => {
        expect(utc.dayOf(time)).toBe(new Date(time).toISOString().slice(0, 10));
        expect(berlin.dayOf(time) <= berlin.dayOf(time + more)).toBe(true);
      }),
    );
  });
});

describe('isDay', () => {
  it.each([
    ['2026-11-20', true],
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['20261120', false],
    ['2026-11-20T00', false],
  ])('knows whether %s exists: %s', (text, expected) => expect(isDay(text)).toBe(expected));
});

describe('addDays', () => {
  it('steps over the ends of months and years', () => {
    expect([addDays('2026-12-31', 1), addDays('2024-03-01', -1)]).toEqual(['2027-01-01', '2024-02-29']);
  });
});
