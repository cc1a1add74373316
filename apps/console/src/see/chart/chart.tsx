import { type PointerEvent, useId, useState } from 'react';
import type { ChartProps, ChartSeries } from './chart-props.js';
import { ChartTable } from './chart-table.js';
import { axisTop, columnsPath, plotHeight, stackedTotals } from './columns.js';

const plain = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });

/**
 * Columns over time. The plot is a picture with the summary as its name. A slider over it reads single points: by
 * pointer, by touch and by arrow keys. The table has all of them.
 */
export function Chart(props: ChartProps) {
  const { title, label, points, series, summary, note, format = plain, isSmall } = props;
  const [selected, setSelected] = useState<number>();
  const id = useId();
  const length = points.length;
  const totals = stackedTotals(
    series.map(({ values }) => values),
    length,
  );
  const top = axisTop(Math.max(0, ...totals.map((total) => total ?? 0)));
  const index = Math.min(selected ?? length - 1, length - 1);
  const reading = `${points[index] ?? ''}: ${readingOf(series, index, format)}`;
  const follow = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setSelected(Math.max(0, Math.min(length - 1, Math.floor(((clientX - left) / width) * length))));
  };
  return (
    <figure className={`chart ${isSmall ? 'chart-small' : ''}`} aria-labelledby={`${id}-title`}>
      <figcaption>
        <div id={`${id}-title`} className="chart-title">
          {title}
        </div>
        <p className="chart-summary">{summary}</p>
        {series.length > 1 && <Legend series={series} />}
      </figcaption>
      <div className="chart-plot">
        <span className="chart-top" aria-hidden="true">
          {format(top)}
        </span>
        <svg viewBox={`0 0 ${length} ${plotHeight}`} preserveAspectRatio="none" role="img" aria-label={summary}>
          <path className="chart-grid" d={`M0 0H${length}M0 ${plotHeight / 2}H${length}M0 ${plotHeight}H${length}`} />
          {selected !== undefined && <rect className="chart-selected" x={index} width={1} height={plotHeight} />}
          {series.map(({ name, tone, values }, position) => (
            <path
              key={name}
              className={`chart-${tone}`}
              d={columnsPath(
                values,
                series.slice(0, position).map((one) => one.values),
                top,
              )}
            />
          ))}
        </svg>
        {length > 1 && (
          <input
            type="range"
            className="chart-cursor"
            aria-label={`${label}, single values`}
            aria-valuetext={reading}
            min={0}
            max={length - 1}
            value={index}
            onChange={({ target }) => setSelected(Number(target.value))}
            onPointerMove={follow}
            onPointerLeave={() => setSelected(undefined)}
            onBlur={() => setSelected(undefined)}
          />
        )}
      </div>
      <p className="chart-axis" aria-hidden="true">
        {selected === undefined ? (
          <>
            <span>{points[0]}</span>
            <span>{points.at(-1)}</span>
          </>
        ) : (
          <span className="chart-reading">{reading}</span>
        )}
      </p>
      {note && <p className="chart-note">{note}</p>}
      <ChartTable {...props} format={format} />
    </figure>
  );
}

function readingOf(series: readonly ChartSeries[], index: number, format: (value: number) => string): string {
  const one = (value: number | undefined) => (value === undefined ? 'not known' : format(value));
  if (series.length === 1) return one(series[0]?.values[index]);
  return series.map(({ name, values }) => `${name} ${one(values[index])}`).join(', ');
}

const Legend = ({ series }: { readonly series: readonly ChartSeries[] }) => (
  <ul className="chart-legend">
    {series.map(({ name, tone }) => (
      <li key={name}>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <rect className={`chart-${tone}`} width={10} height={10} rx={2} />
        </svg>
        {name}
      </li>
    ))}
  </ul>
);
