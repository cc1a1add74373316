import {
  type ColumnDef,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Entity } from '../api/description.js';
import { Button } from '../components/button.js';
import { Checkbox } from '../components/checkbox.js';
import type { ListColumns } from './use-list-columns.js';

const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature });
/** The grid shows rows by their number, so the table has the columns only. */
const noRows: Entity[] = [];

/** The choice of columns. It loads when it first opens, with TanStack Table, which weighs 9 KB. */
export function ColumnsPanel({ columns: { all, layout, changeLayout } }: { readonly columns: ListColumns }) {
  const definitions = useMemo(
    () =>
      all.map(
        ({ name, label, width }): ColumnDef<typeof features, Entity> => ({
          id: name,
          accessorFn: (row: Entity) => row[name],
          header: label,
          size: width,
        }),
      ),
    [all],
  );
  const columnVisibility = useMemo(
    () => ({ ...Object.fromEntries(all.map(({ name, isShown }) => [name, isShown])), ...layout.visibility }),
    [all, layout],
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
  return (
    <>
      {table.getAllLeafColumns().map((column) => (
        <Checkbox
          key={column.id}
          isSelected={column.getIsVisible()}
          onChange={(isVisible) => column.toggleVisibility(isVisible)}
        >
          {String(column.columnDef.header)}
        </Checkbox>
      ))}
      <Button onClick={() => table.resetColumnSizing(true)}>Reset widths</Button>
    </>
  );
}
