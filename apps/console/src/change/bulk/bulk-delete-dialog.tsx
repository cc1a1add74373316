import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useApi } from '../../api/api-context.js';
import { useMayCall } from '../../api/description.js';
import { keys } from '../../api/keys.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { LeaveGuard } from '../form/leave-guard.js';
import { bulkContext, hasVersions } from './bulk-context.js';
import type { BulkDialogProps } from './bulk-dialog-props.js';
import { countOf, readRows, rowsText } from './bulk-rows.js';
import { batchSize, deleteBatch, deleteOne } from './bulk-work.js';
import { inGroups } from './list-pages.js';
import { leaveText, RunProgress } from './run-progress.js';
import { useRun } from './use-run.js';

/** Deletes several entities: by the batch where the API has one, else one by one at the version that was seen. */
export function BulkDeleteDialog({ entity, scope, target, onClose }: BulkDialogProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const mayCall = useMayCall();
  const { state, run, start } = useRun();
  const batch = mayCall(entity.batchDelete) ? entity.batchDelete : undefined;
  const isOpen = state?.status === 'running' || state?.status === 'paused';
  const isOver = state !== undefined && !isOpen;
  const isDone = useRef(false);
  const what = rowsText(target, entity);

  async function confirm() {
    const context = bulkContext({ api, entity, scope });
    const rows = readRows(api, entity, target);
    const last = await (batch
      ? start({
          rows: inGroups(rows, batchSize),
          work: deleteBatch(context, batch.path),
          failedRows: (group, reason) => group.map(({ id }) => ({ row: id, reason })),
          concurrency: 2,
        })
      : start({
          rows,
          work: deleteOne(context, entity.delete?.path ?? ''),
          failedRows: (row, reason) => [{ row: row.id, reason, values: row }],
        }));
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
    return last;
  }
  return (
    <Dialog
      title={`Delete ${what}?`}
      role="alertdialog"
      onClose={() => (isOver || !state) && onClose(state !== undefined)}
      footer={
        isOver ? (
          <Button autoFocus onClick={() => onClose(true)}>
            Close
          </Button>
        ) : (
          !state && (
            <>
              <Button autoFocus onClick={() => onClose(false)}>
                Cancel
              </Button>
              <Button variant="danger" onClick={confirm}>
                Delete {what}
              </Button>
            </>
          )
        )
      }
    >
      {state ? (
        <RunProgress {...{ state, run }} total={countOf(target)} done="Deleted" name={entity.name} />
      ) : (
        <p>
          This cannot be undone here.{' '}
          {batch || !hasVersions(entity)
            ? 'They are deleted as they are now, whatever somebody has changed since the list was read.'
            : 'What somebody has changed since the list was read is not deleted, but reported.'}
        </p>
      )}
      <LeaveGuard isChanged={isOpen} isDone={isDone} text={leaveText} />
    </Dialog>
  );
}
