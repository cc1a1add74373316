import {
  type ColumnDef,
  columnSizingFeature,
  columnVisibilityFeature,
  type Table,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { ConsoleEntity, Entity } from '../api/description.js';
import { columnsOf, type ListColumn } from './columns.js';
import { useColumnLayout } from './use-column-layout.js';

const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature });
export type ListTable = Table<typeof features, Entity>;

/** The grid shows rows by their number, so the table has the columns only. */
const noRows: Entity[] = [];
export const narrowest = 60;
export const widest = 1000;

/** Returns the columns of an entity's lists, with those that the user hides and their widths. */
export function useListTable(entity: ConsoleEntity): { table: ListTable; columns: ReadonlyMap<string, ListColumn> } {
  const [layout, changeLayout] = useColumnLayout(entity.name);
  const columns = useMemo(() => columnsOf(entity), [entity]);
  const definitions = useMemo(
    () =>
      columns.map(
        ({ name, label, width }): ColumnDef<typeof features, Entity> => ({
          id: name,
          accessorFn: (row: Entity) => row[name],
          header: label,
          size: width,
          minSize: narrowest,
          maxSize: widest,
        }),
      ),
    [columns],
  );
  const columnVisibility = useMemo(
    () => ({ ...Object.fromEntries(columns.map(({ name, isShown }) => [name, isShown])), ...layout.visibility }),
    [columns, layout],
  );
  const columnSizing = useMemo(() => ({ ...layout.widths }), [layout]);
  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    state: { columnVisibility, columnSizing },
    onColumnVisibilityChange: (update) =>
      changeLayout({ visibility: typeof update === 'function' ? update(columnVisibility) : update }),
    onColumnSizingChange: (update) =>
      changeLayout({ widths: typeof update === 'function' ? update(columnSizing) : update }),
  });
  return { table, columns: useMemo(() => new Map(columns.map((column) => [column.name, column])), [columns]) };
}
