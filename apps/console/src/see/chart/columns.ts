/** The height of a plot in the units of its view box; a column is one unit wide. */
export const plotHeight = 100;

/** A column takes this part of its slot. */
const columnWidth = 0.8;

export type Values = readonly (number | undefined)[];

/** Returns the sums of several series at each point. A point without any value is undefined. */
export function stackedTotals(series: readonly Values[], length: number): Values {
  return Array.from({ length }, (_, index) =>
    series.reduce<number | undefined>((sum, values) => addValue(sum, values[index]), undefined),
  );
}

const addValue = (sum: number | undefined, value: number | undefined) =>
  value === undefined ? sum : (sum ?? 0) + value;

/** Returns the path of the columns of a series, on top of the series below it. */
export function columnsPath(values: Values, below: readonly Values[], max: number): string {
  const inset = (1 - columnWidth) / 2;
  return values
    .map((value, index) => {
      if (!value) return '';
      const base = below.reduce((sum, one) => sum + (one[index] ?? 0), 0);
      const [bottom, top] = [heightOf(base, max), heightOf(base + value, max)];
      return `M${round(index + inset)} ${round(bottom)}V${round(top)}h${columnWidth}V${round(bottom)}z`;
    })
    .join('');
}

const heightOf = (value: number, max: number) => plotHeight - (value / max) * plotHeight;
const round = (value: number) => Math.round(value * 100) / 100;

/** Returns the top of an axis: 1, 2 or 5 times a power of ten, and at least the value. */
export function axisTop(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const factor = [1, 2, 5, 10].find((one) => one * power >= max * (1 - 1e-9)) ?? 10;
  return factor * power;
}
