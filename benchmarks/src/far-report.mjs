import { callsAtOnce } from './far-latency.mjs';
import { markdownTable, whole } from './markdown-table.mjs';

const one = (value) => value.toFixed(1);
const percent = (value) => `${Math.round(value * 100)} %`;

/**
 * Adds the floor of each call: its round trips at the measured delay, plus its time without a delay. Also adds the most calls per second that the
 * floor and the cores allow.
 */
export function withFloors(rows, withoutDelay) {
  return rows.map((row, i) => {
    const base = withoutDelay[i];
    const floorMs = row.roundTrips * row.delayMs + base.ms.median;
    const most = row.perSecond && Math.min((callsAtOnce * 1000) / floorMs, base.perSecond);
    return { ...row, floorMs, ...(most && { most }) };
  });
}

/** Returns the calls at one distance as a table of Markdown. */
export const callsTable = (rows) =>
  markdownTable(
    [
      'call',
      'requests',
      'round trips',
      'floor, ms',
      'median, ms',
      'above the floor',
      'p99, ms',
      'by hand, ms',
      'calls per second',
      'of the bound',
    ],
    rows.map(({ name, requests, roundTrips, floorMs, ms, handMs, perSecond, most }) => [
      name,
      requests,
      roundTrips,
      one(floorMs),
      one(ms.median),
      percent(ms.median / floorMs - 1),
      one(ms.p99),
      handMs === undefined ? '' : one(handMs),
      perSecond === undefined ? '' : whole(perSecond),
      perSecond === undefined ? '' : percent(perSecond / most),
    ]),
  );

/** Returns the calls at one distance as bars of a chart: the median, divided by the floor. */
export const callsBars = (rows) =>
  rows.map(({ name, floorMs, ms: { median } }) => ({
    name,
    value: median / floorMs,
    figure: `${one(median)} ms, ${(median / floorMs).toFixed(2)}x`,
    isOurs: true,
  }));

/** Returns reads per second by the number of sockets as a table of Markdown. */
export const socketsTable = (rows) =>
  markdownTable(
    ['sockets', 'reads per second', 'sockets / delay'],
    rows.map(({ maxSockets, perSecond, bound }) => [maxSockets, whole(perSecond), whole(bound)]),
  );
