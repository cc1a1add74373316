import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const times = (value) => `${value.toFixed(2)}x`;

/** Returns scans as a table of Markdown, with a row for each number of segments. */
export const scanTable = (places) =>
  markdownTable(
    ['', 'segments', 'ms', 'speed, one segment = 1', 'CPU of the client, ms', 'peak RSS, MB'],
    places.flatMap(([place, scans]) =>
      scans.map(({ segments, ms, cpuMs, peakMb, timesFaster }) => [
        place,
        segments,
        withSpread(ms),
        withSpread(timesFaster, times),
        whole(cpuMs.median),
        withSpread(peakMb),
      ]),
    ),
  );

/** Returns the same as bars. */
export const scanBars = (place, scans) =>
  scans.map(({ segments, timesFaster: { median } }) => ({
    name: `${place}, ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
    value: median,
    figure: times(median),
    isOurs: segments > 1,
  }));
