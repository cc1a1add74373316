import { lazy, Suspense } from 'react';
import { Menu } from '../components/menu.js';
import type { ListColumns } from './use-list-columns.js';

const ColumnsPanel = lazy(async () => ({ default: (await import('./columns-panel.js')).ColumnsPanel }));

/** The choice of columns that a list shows. */
export const ColumnsMenu = ({ columns }: { readonly columns: ListColumns }) => (
  <Menu label="Columns" icon="columns">
    <Suspense>
      <ColumnsPanel columns={columns} />
    </Suspense>
  </Menu>
);
