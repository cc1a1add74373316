import { kindOfValue } from './value-kind.js';

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** Returns a time in the reader's zone; a text that is no time as it is. */
export function formatTime(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.valueOf()) ? text : dateTime.format(time);
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Returns how long ago a time was, or will be: `3 minutes ago`. */
export function formatAge(text: string, now = Date.now()): string {
  const seconds = Math.round((new Date(text).valueOf() - now) / 1000);
  if (Number.isNaN(seconds)) return '';
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return ago.format(Math.trunc(seconds / length), unit);
}

/** The characters of a value that a cell of a list has use for. */
const maxLength = 200;

/** Returns a value in one line, for a cell of a list. An absent value is an empty text. */
export function formatCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (kindOfValue(value)) {
    case 'number':
      return Number(value).toLocaleString(undefined, { maximumFractionDigits: 20, useGrouping: false });
    case 'boolean':
      return value ? 'Yes' : 'No';
    case 'dateTime':
      return formatTime(String(value));
    case 'list':
      return clipped((value as unknown[]).map(formatCell).join(', '));
    case 'map':
      return clipped(JSON.stringify(value));
    default:
      return clipped(String(value).replaceAll(/\s+/g, ' '));
  }
}

const clipped = (text: string) => (text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text);

/** Returns a value as text to copy: lists and maps as JSON. */
export const copyText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : String(value ?? '');
