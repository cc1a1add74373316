import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, LogItemMessage } from '@aws-lambda-powertools/logger/types';

/**
 * Returns a log line in Powertools' format. Returns undefined for an empty message, and for attributes that are objects,
 * bigints or reserved keys: Powertools has to format those.
 */
export function jsonLine(
  level: string,
  service: string,
  message: LogItemMessage,
  attributes: readonly LogAttributes[],
): string | undefined {
  if (typeof message !== 'string' || message === '') return undefined;
  const line: LogAttributes = {
    level: level.toUpperCase(),
    message,
    timestamp: timestamp(),
    service,
    sampling_rate: 0,
  };
  for (const some of attributes) {
    for (const key in some) {
      const value = some[key];
      if (reservedKeys.has(key) || (typeof value === 'object' && value !== null) || typeof value === 'bigint')
        return undefined;
      line[key] = value === '' || value === null ? undefined : value; // Powertools leaves out empty values
    }
  }
  return `${JSON.stringify(line)}\n`;
}

/** Powertools drops them from a line, with a warning. */
const reservedKeys: ReadonlySet<string> = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate']);

/** Powertools' formatter, for its timestamps alone: in UTC, or in the zone of TZ. */
class Timestamps extends LogFormatter {
  formatAttributes = () => new LogItem({ attributes: {} });
}
const timestamps = new Timestamps();
const millisecondsAt = 'YYYY-MM-DDThh:mm:ss.'.length;
let lastSecond = Number.NaN;
let beforeMs = '';
let afterMs = '';

/** Returns the time in ISO 8601. Formats it once a second, except its milliseconds: Powertools reads the zone each time. */
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
