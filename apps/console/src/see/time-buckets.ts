/** The width of the buckets of a chart over time. */
export type BucketUnit = 'minute' | 'hour' | 'day' | 'month';

export interface TimeBucket {
  /** The beginning: an ISO time, a day (`2026-03-29`) or a month (`2026-03`). */
  readonly key: string;
  /** In the reader's language and zone. */
  readonly label: string;
  readonly count: number;
}

interface BucketOptions {
  readonly unit: BucketUnit;
  readonly from: Date;
  readonly to: Date;
  /** An IANA name. Days and hours are those of this zone. */
  readonly timeZone: string;
  readonly locale?: string | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Returns the unit in which a chart of this time has at most about 120 buckets. */
export function bucketUnitOf(from: Date, to: Date): BucketUnit {
  const spanMs = to.valueOf() - from.valueOf();
  if (spanMs <= 2 * hourMs) return 'minute';
  if (spanMs <= 3 * dayMs) return 'hour';
  return spanMs <= 120 * dayMs ? 'day' : 'month';
}

/** Counts times by the minute, hour, day or month of a zone. Buckets without any are included; times outside are not. */
export function timeBuckets(times: readonly Date[], options: BucketOptions): TimeBucket[] {
  const { from, to, unit, timeZone, locale } = options;
  const counts = new Map(keysBetween(options).map((key) => [key, 0]));
  for (const time of times) {
    if (time < from || time > to) continue;
    const key = keyOf(time, unit, timeZone);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const label = labelOf(unit, timeZone, locale);
  return [...counts].map(([key, count]) => ({ key, count, label: label(key) }));
}

function keysBetween({ from, to, unit, timeZone }: BucketOptions): string[] {
  const last = keyOf(to, unit, timeZone);
  const keys: string[] = [];
  for (let key = keyOf(from, unit, timeZone); key <= last; key = keyAfter(key, unit, timeZone)) keys.push(key);
  return keys;
}

function keyOf(time: Date, unit: BucketUnit, timeZone: string): string {
  const wall = wallClock(time, timeZone);
  if (unit === 'day') return new Date(wall).toISOString().slice(0, 10);
  if (unit === 'month') return new Date(wall).toISOString().slice(0, 7);
  const sizeMs = unit === 'hour' ? hourMs : minuteMs;
  // when clocks go back, an hour occurs twice: as instants, both have a bucket
  return new Date(time.valueOf() - (wall % sizeMs)).toISOString();
}

/** Days and months follow the calendar, since a day has 23 or 25 hours when clocks change. */
function keyAfter(key: string, unit: BucketUnit, timeZone: string): string {
  const start = new Date(key);
  if (unit === 'day') return new Date(start.valueOf() + dayMs).toISOString().slice(0, 10);
  if (unit === 'month')
    return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)).toISOString().slice(0, 7);
  return keyOf(new Date(start.valueOf() + (unit === 'hour' ? hourMs : minuteMs)), unit, timeZone);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Returns what the clocks of a zone show, as if it were UTC, in milliseconds. */
function wallClock(time: Date, timeZone: string): number {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  clocks.set(timeZone, clock);
  const parts = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (time.valueOf() % 1000);
}

function labelOf(unit: BucketUnit, timeZone: string, locale: string | undefined): (key: string) => string {
  const isCalendar = unit === 'day' || unit === 'month';
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: isCalendar ? 'UTC' : timeZone, // a day or a month has no zone
    ...(unit === 'month' ? { month: 'short', year: 'numeric' } : { dateStyle: 'medium' }),
    ...(!isCalendar && { timeStyle: 'short' }),
  });
  return (key) => format.format(new Date(key));
}
