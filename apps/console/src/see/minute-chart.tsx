import type { ReactNode } from 'react';
import { Chart } from './chart/chart.js';
import type { ChartSeries } from './chart/chart-props.js';
import type { MinuteTotals } from './metrics-series.js';

interface MinuteChartProps {
  readonly label: string;
  readonly title?: ReactNode;
  readonly minutes: readonly (MinuteTotals | undefined)[];
  readonly lines: readonly {
    readonly name: string;
    readonly tone: ChartSeries['tone'];
    readonly of: (minute: MinuteTotals) => number | undefined;
  }[];
  readonly summary: string;
  readonly format?: (value: number) => string;
  readonly isSmall?: boolean;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** A chart of one column per minute. The columns before the start of the process are empty. */
export function MinuteChart({ label, title = label, minutes, lines, ...rest }: MinuteChartProps) {
  const now = Date.now();
  const points = minutes.map((minute, index) =>
    clock.format(minute?.at ?? new Date(now - (minutes.length - 1 - index) * 60_000)),
  );
  const series = lines.map(({ name, tone, of }) => ({
    ...{ name, tone },
    values: minutes.map((minute) => (minute ? of(minute) : undefined)),
  }));
  return <Chart {...rest} {...{ title, label, points, series }} pointName="Minute" />;
}
