/** Calendar days as `2026-11-21`, in the order of their text. */
export interface Calendar {
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** The day an instant belongs to. @param time epoch milliseconds */
  dayOf(time: number): string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 86_400_000;

/**
 * The calendar of a time zone. Which days a zone has is fixed once lines were written: to change it later moves nobody's
 * lines to another day.
 *
 * @throws Error when the name is no time zone of the IANA data base.
 */
export function createCalendar(timeZone: string): Calendar {
  const format = formatter(timeZone);
  return {
    timeZone,
    dayOf(time) {
      const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
      return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
    },
  };
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  } catch (cause) {
    throw new Error(`${timeZone} is no time zone: set REPORTING_TIME_ZONE to an IANA name such as Europe/Berlin`, {
      cause,
    });
  }
}

/** Whether a text names a day that exists: `2026-02-30` does not. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The day so many days after another, or before it. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}
