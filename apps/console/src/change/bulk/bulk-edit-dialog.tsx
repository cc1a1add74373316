import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useApi } from '../../api/api-context.js';
import { keys } from '../../api/keys.js';
import { Button } from '../../components/button.js';
import { Checkbox } from '../../components/checkbox.js';
import { Dialog } from '../../components/dialog.js';
import { updateFields } from '../entity-calls.js';
import { emptyDrafts } from '../form/changed-values.js';
import { EntityFields } from '../form/entity-fields.js';
import { removed } from '../form/field-props.js';
import { LeaveGuard } from '../form/leave-guard.js';
import { readDrafts } from '../form/read-draft.js';
import { useForm } from '../form/use-form.js';
import { bulkContext, hasVersions } from './bulk-context.js';
import type { BulkDialogProps } from './bulk-dialog-props.js';
import { countOf, readRows, rowsText } from './bulk-rows.js';
import { updateOne } from './bulk-work.js';
import { leaveText, RunProgress } from './run-progress.js';
import { useRun } from './use-run.js';

/** Gives several entities the same values of chosen attributes, each at the version that was seen. */
export function BulkEditDialog({ entity, scope, target, onClose }: BulkDialogProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  const { state, run, start } = useRun();
  const all = useMemo(() => updateFields(entity).map((field) => ({ ...field, isRequired: true })), [entity]);
  const form = useForm(() => emptyDrafts(all));
  const [names, setNames] = useState<readonly string[]>([]);
  const fields = all.filter(({ name }) => names.includes(name));
  const isOpen = state?.status === 'running' || state?.status === 'paused';
  const isOver = state !== undefined && !isOpen;
  const isDone = useRef(false);
  const what = rowsText(target, entity);

  async function submit() {
    const { values, problems } = readDrafts(fields, form.drafts);
    form.show(problems);
    if (Object.keys(problems).length > 0 || fields.length === 0) return;
    await start({
      rows: readRows(api, entity, target),
      work: updateOne(bulkContext({ api, entity, scope }), entity.update?.path ?? '', values),
      failedRows: (row, reason) => [{ row: row.id, reason, values: row }],
    });
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
  }
  return (
    <Dialog
      title={`Edit ${what}`}
      role="alertdialog" // a click beside it must not lose what was entered
      onClose={() => (isOver || !state) && onClose(state !== undefined)}
      footer={
        isOver ? (
          <Button autoFocus onClick={() => onClose(true)}>
            Close
          </Button>
        ) : (
          !state && (
            <>
              <Button onClick={() => onClose(false)}>Cancel</Button>
              <Button variant="primary" disabled={fields.length === 0} onClick={submit}>
                Change {what}
              </Button>
            </>
          )
        )
      }
    >
      {state ? (
        <RunProgress {...{ state, run }} total={countOf(target)} done="Changed" name={entity.name} />
      ) : (
        <form
          ref={form.ref}
          className="change-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <fieldset className="radios">
            <legend className="field-label">Attributes to change</legend>
            <div className="radio-options">
              {all.map(({ name, label }) => (
                <Checkbox
                  key={name}
                  isSelected={names.includes(name)}
                  onChange={(isSelected) =>
                    setNames(isSelected ? [...names, name] : names.filter((one) => one !== name))
                  }
                >
                  {label}
                </Checkbox>
              ))}
            </div>
          </fieldset>
          <EntityFields
            entity={entity.name}
            fields={fields}
            drafts={form.drafts}
            onChange={form.set}
            problems={form.problems}
            emptiesOf={({ spec }) => (spec.isNullable ? [removed] : [])}
          />
          <p>
            {hasVersions(entity)
              ? 'What somebody has changed since the list was read is not overwritten, but reported.'
              : 'These attributes are overwritten, whatever somebody has changed since the list was read.'}
          </p>
        </form>
      )}
      <LeaveGuard isChanged={isOpen} isDone={isDone} text={leaveText} />
    </Dialog>
  );
}
