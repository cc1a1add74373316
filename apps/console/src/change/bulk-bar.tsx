import { lazy, Suspense, useState } from 'react';
import { type ConsoleEntity, type Entity, useMayCall } from '../api/description.js';
import { Button } from '../components/button.js';
import type { BulkRows } from './bulk/bulk-rows.js';
import type { ShownList } from './bulk/list-pages.js';

const BulkDeleteDialog = lazy(async () => ({
  default: (await import('./bulk/bulk-delete-dialog.js')).BulkDeleteDialog,
}));
const BulkEditDialog = lazy(async () => ({ default: (await import('./bulk/bulk-edit-dialog.js')).BulkEditDialog }));
const ExportDialog = lazy(async () => ({ default: (await import('./transfer/export-dialog.js')).ExportDialog }));

export interface BulkBarProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly ids: readonly string[];
  /** The selected entities, as the list has them. */
  readonly rows: readonly Entity[];
  /** Selects nothing. */
  readonly clear: () => void;
  /** The list that is shown, so that all that match can be changed. */
  readonly list?: ShownList | undefined;
}

type Action = 'delete' | 'edit' | 'export';

/** What can be done with the selected rows of a list, or with all that match. */
export function BulkBar({ entity, scope, ids, rows, clear, list }: BulkBarProps) {
  const [action, setAction] = useState<{ readonly is: Action; readonly target: BulkRows }>();
  const [isAll, setIsAll] = useState(false);
  const mayCall = useMayCall();
  if (ids.length === 0 && !action) {
    if (isAll) setIsAll(false); // the next selection is about its rows only
    return null;
  }
  const target: BulkRows = isAll && list ? { list } : { rows };
  const open = (is: Action) => setAction({ is, target });
  const close = (hasRun: boolean) => {
    setAction(undefined);
    if (!hasRun) return;
    setIsAll(false);
    clear();
  };
  const props = action && { entity, scope, target: action.target, onClose: close };
  return (
    <section className="bulk-bar" aria-label="Selected rows">
      <strong role="status">
        {isAll ? `All ${entity.title.toLowerCase()} of this list` : `${ids.length.toLocaleString()} selected`}
      </strong>
      {list && (
        <Button variant="plain" onClick={() => setIsAll(!isAll)}>
          {isAll ? 'Only the selected ones' : 'All that match'}
        </Button>
      )}
      {mayCall(entity.update) && (
        <Button icon="edit" onClick={() => open('edit')}>
          Edit
        </Button>
      )}
      {(mayCall(entity.delete) || mayCall(entity.batchDelete)) && (
        <Button icon="trash" onClick={() => open('delete')}>
          Delete
        </Button>
      )}
      <Button icon="download" onClick={() => open('export')}>
        Export
      </Button>
      <Button variant="plain" icon="close" aria-label="Select nothing" onClick={() => close(true)} />
      {props && (
        <Suspense fallback={null}>
          {action.is === 'delete' && <BulkDeleteDialog {...props} />}
          {action.is === 'edit' && <BulkEditDialog {...props} />}
          {action.is === 'export' && <ExportDialog {...props} onClose={() => setAction(undefined)} />}
        </Suspense>
      )}
    </section>
  );
}
