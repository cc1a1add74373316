import { markdownTable, whole, withSpread } from './markdown-table.mjs';

const times = (value) => `${value.toFixed(2)}x`;

/** Scans of some places as a table of Markdown, a row for each number of segments. */
export const scanTable = (places) =>
  markdownTable(
    ['', 'segments', 'ms', 'times as fast as one segment', 'CPU of the client, ms', 'peak RSS, MB'],
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

/** The same as bars: how many times as fast as one segment. */
export const scanBars = (place, scans) =>
  scans.map(({ segments, timesFaster: { median } }) => ({
    name: `${place}, ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
    value: median,
    figure: times(median),
    isOurs: segments > 1,
  }));
