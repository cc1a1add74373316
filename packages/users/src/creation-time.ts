// No maintained library parses all of ISO 8601: Temporal has neither week dates nor ordinal dates, Luxon no fractions
// of minutes, and date-fns takes times without an offset as local. None of them accepts leap seconds.

const dayMs = 86_400_000;
const calendarDate = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$|^(\d{4})(\d\d)(\d\d)$/;
const weekDate = /^(\d{4})-W(\d\d)(?:-(\d))?$|^(\d{4})W(\d\d)(\d)?$/;
const ordinalDate = /^(\d{4})-?(\d{3})$/;
const extendedTime = /^(\d\d)(?::(\d\d)(?::(\d\d))?)?(?:[.,](\d+))?$/;
const basicTime = /^(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,](\d+))?$/;

/**
 * Converts an ISO 8601 date or date-time to the form of `createdAt`: UTC with milliseconds. A date means midnight UTC,
 * a time without an offset is UTC, and a week or a month means its first day. Digits beyond milliseconds are cut off.
 *
 * @returns undefined for anything else, such as the 30th of February
 */
export function toTimestamp(text: string): string | undefined {
  const [, date = '', time, zone] = /^([^Tt]+)(?:[Tt]([\d:.,]+)([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/.exec(text) ?? [];
  const start = startOf(date);
  if (start === undefined) return undefined;
  if (time === undefined) return format(start);
  const offsetMs = offsetOf(zone);
  const clock = isComplete(date) ? clockOf(date.includes('-') ? extendedTime : basicTime, time) : undefined;
  if (clock === undefined || offsetMs === undefined) return undefined;
  const instant = start + clock.ms - offsetMs;
  return clock.isLeapSecond && !isStartOfMonth(instant) ? undefined : format(instant);
}

/** The midnight at which a date begins. */
function startOf(date: string): number | undefined {
  const [year, month = '01', day = '01'] = partsOf(calendarDate, date);
  if (year !== undefined) {
    const start = Date.parse(`${year}-${month}-${day}T00:00:00.000Z`);
    return Number.isNaN(start) || format(start)?.slice(5, 10) !== `${month}-${day}` ? undefined : start; // rolls over
  }
  const [weekYear, week, weekday = '1'] = partsOf(weekDate, date);
  if (weekYear !== undefined) {
    const fourthOfJanuary = Date.parse(`${weekYear}-01-04T00:00:00.000Z`); // which is in week 1
    const monday = fourthOfJanuary - weekdayOf(fourthOfJanuary) * dayMs + (Number(week) - 1) * 7 * dayMs;
    const isWeekOfYear = new Date(monday + 3 * dayMs).getUTCFullYear() === Number(weekYear);
    return isWeekOfYear && /[1-7]/.test(weekday) ? monday + (Number(weekday) - 1) * dayMs : undefined;
  }
  const [ordinalYear, ordinal] = partsOf(ordinalDate, date);
  if (ordinalYear === undefined) return undefined;
  const start = Date.parse(`${ordinalYear}-01-01T00:00:00.000Z`) + (Number(ordinal) - 1) * dayMs;
  return new Date(start).getUTCFullYear() === Number(ordinalYear) ? start : undefined;
}

/** Only a date that means one day can have a time. */
function isComplete(date: string): boolean {
  return !/^\d{4}(-\d\d|-?W\d\d)?$/.test(date);
}

/** The milliseconds since midnight. The lowest unit may have a fraction. */
function clockOf(pattern: RegExp, time: string): { ms: number; isLeapSecond: boolean } | undefined {
  const [hour, minute, second, fraction = '0'] = partsOf(pattern, time);
  if (hour === undefined) return undefined;
  const unitMs = second !== undefined ? 1_000 : minute !== undefined ? 60_000 : 3_600_000;
  const digits = fraction.slice(0, 9);
  const fractionMs = Math.floor((unitMs * Number(digits)) / 10 ** digits.length);
  const ms = Number(hour) * 3_600_000 + Number(minute ?? 0) * 60_000 + Number(second ?? 0) * 1_000 + fractionMs;
  const isLeapSecond = second === '60';
  const isValid = Number(minute ?? 0) < 60 && Number(second ?? 0) <= 60 && (Number(hour) < 24 || ms === dayMs);
  return isValid ? { ms, isLeapSecond } : undefined;
}

function offsetOf(zone = 'Z'): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** A leap second ends a month in UTC, so it counts as the beginning of the next one. */
function isStartOfMonth(instant: number): boolean {
  return instant > 0 && new Date(instant).getUTCDate() === 1 && instant % dayMs < 1_000; // there are leap seconds since 1972
}

/** Days since Monday. */
function weekdayOf(instant: number): number {
  return (new Date(instant).getUTCDay() + 6) % 7;
}

/** The groups of the alternative that matched. */
function partsOf(pattern: RegExp, text: string): (string | undefined)[] {
  const [, ...groups] = pattern.exec(text) ?? [];
  const first = groups.findIndex((group) => group !== undefined);
  return first < 0 ? [] : groups.slice(first);
}

/** Only years from 0000 to 9999 have the form of `createdAt`. */
function format(instant: number): string | undefined {
  const text = new Date(instant).toISOString();
  return text.length === 24 ? text : undefined;
}
