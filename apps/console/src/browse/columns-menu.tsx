import { Checkbox } from '../components/checkbox.js';
import { Menu } from '../components/menu.js';
import type { ListTable } from './use-list-table.js';

/** The choice of columns that a list shows. */
export const ColumnsMenu = ({ table }: { readonly table: ListTable }) => (
  <Menu label="Columns" icon="columns">
    {table.getAllLeafColumns().map((column) => (
      <Checkbox
        key={column.id}
        isSelected={column.getIsVisible()}
        onChange={(isVisible) => column.toggleVisibility(isVisible)}
      >
        {String(column.columnDef.header)}
      </Checkbox>
    ))}
  </Menu>
);
