import type { ReactNode } from 'react';
import type { Values } from './columns.js';

export interface ChartSeries {
  readonly name: string;
  readonly tone: 'accent' | 'danger' | 'warning' | 'success';
  readonly values: Values;
}

export interface ChartProps {
  readonly title: ReactNode;
  /** The title as plain text. */
  readonly label: string;
  /** What the columns are, for the table: `Day`. */
  readonly pointName: string;
  /** The label of each point. */
  readonly points: readonly string[];
  /** Columns are stacked, the first series at the bottom. */
  readonly series: readonly ChartSeries[];
  readonly format?: (value: number) => string;
  /** In one sentence: the whole, before the details. */
  readonly summary: string;
  /** What the figures cover. */
  readonly note?: ReactNode;
  readonly isSmall?: boolean;
}
