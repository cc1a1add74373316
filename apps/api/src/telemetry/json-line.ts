import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, LogItemMessage } from '@aws-lambda-powertools/logger/types';

/**
 * Returns a line of texts and numbers in Powertools' format; undefined for others, which Powertools makes itself. The
 * text is joined at once: an object and JSON.stringify take three times as long.
 */
export function jsonLine(
  level: string,
  service: string,
  message: LogItemMessage,
  attributes: readonly LogAttributes[],
): string | undefined {
  if (typeof message !== 'string' || message === '') return undefined;
  let line = `{"level":"${level.toUpperCase()}","message":${quoted(message)},"timestamp":"${timestamp()}","service":${quoted(service)},"sampling_rate":0`;
  for (let i = 0; i < attributes.length; i++) {
    const some = attributes[i] as LogAttributes;
    for (const key in some) {
      if (reservedKeys.has(key) || isGivenBefore(key, attributes, i)) return undefined;
      const value = some[key];
      switch (typeof value) {
        case 'string':
          if (value !== '') line += `,${quoted(key)}:${quoted(value)}`; // Powertools leaves out empty values
          break;
        case 'number':
          line += `,${quoted(key)}:${Number.isFinite(value) ? value : null}`;
          break;
        case 'boolean':
          line += `,${quoted(key)}:${value}`;
          break;
        case 'object':
          if (value !== null) return undefined;
          break;
        case 'bigint':
          return undefined;
      }
    }
  }
  return `${line}}\n`;
}

/** Powertools drops them from a line; all but the last with a warning. */
const reservedKeys: ReadonlySet<string> = new Set([
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate'],
  '__proto__',
]);

/** Returns whether a key occurs twice, of which Powertools takes the last value. */
function isGivenBefore(key: string, attributes: readonly LogAttributes[], position: number): boolean {
  for (let i = 0; i < position; i++) if (key in (attributes[i] as LogAttributes)) return true;
  return false;
}

/** JSON of a text. Most need no escaping, and JSON.stringify takes longer than the check. */
const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));
const plain = /^[\w .:/|-]{0,100}$/;

/** Powertools' formatter, for its timestamps alone: in UTC, or in the zone of TZ. */
class Timestamps extends LogFormatter {
  formatAttributes = () => new LogItem({ attributes: {} });
}
const timestamps = new Timestamps();
const millisecondsAt = 'YYYY-MM-DDThh:mm:ss.'.length;
let lastSecond = Number.NaN;
let beforeMs = '';
let afterMs = '';

/** Returns the time in ISO 8601. All but the milliseconds is kept for a second: Powertools reads the zone anew each time. */
function timestamp(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    const text = timestamps.formatTimestamp(new Date(now));
    beforeMs = text.slice(0, millisecondsAt);
    afterMs = text.slice(millisecondsAt + 3);
    lastSecond = second;
  }
  return `${beforeMs}${String(now - second * 1000).padStart(3, '0')}${afterMs}`;
}
