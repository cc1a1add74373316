import { useMemo } from 'react';
import type { ConsoleEntity } from '../api/description.js';
import { columnsOf, type ListColumn } from './columns.js';
import { type ColumnLayout, useColumnLayout } from './use-column-layout.js';

/** The columns of an entity's lists as the user has them. */
export interface ListColumns {
  readonly all: readonly ListColumn[];
  readonly shown: readonly ListColumn[];
  readonly layout: ColumnLayout;
  readonly changeLayout: (change: Partial<ColumnLayout>) => void;
}

/** Returns the columns of an entity's lists: those that the user shows, with the widths that they chose. */
export function useListColumns(entity: ConsoleEntity): ListColumns {
  const [layout, changeLayout] = useColumnLayout(entity.name);
  const all = useMemo(() => columnsOf(entity), [entity]);
  const shown = useMemo(() => shownColumns(all, layout), [all, layout]);
  return { all, shown, layout, changeLayout };
}

/** Returns the columns that a layout shows, in their widths. */
export const shownColumns = (columns: readonly ListColumn[], { visibility, widths }: ColumnLayout): ListColumn[] =>
  columns
    .filter(({ name, isShown }) => visibility[name] ?? isShown)
    .map((column) => ({ ...column, width: widths[column.name] ?? column.width }));
