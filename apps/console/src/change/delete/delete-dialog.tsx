import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../api/api-context.js';
import { type ConsoleEntity, type Entity, useMayCall } from '../../api/description.js';
import { describeError } from '../../api/errors.js';
import { keys } from '../../api/keys.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { showToast } from '../../components/toast.js';
import { deleteInput, nameOf, readEntity } from '../entity-calls.js';
import { labelOf } from '../form/field-spec.js';
import { isSame } from '../form/same-value.js';
import { valueText } from '../merge/value-text.js';
import { SaveNote } from '../save/save-note.js';
import { rejectionOf } from '../save/settle-call.js';
import { settledText } from '../save/settled-text.js';
import { useSettledCall } from '../save/use-settled-call.js';
import { scopeSearch } from '../scope-search.js';
import { runUndo, undoOfferMs } from './run-undo.js';
import { undoOfDelete, undoText } from './undo-of-delete.js';

interface DeleteDialogProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** As the user saw it. */
  readonly value: Entity;
  readonly onClose: () => void;
}

/** Asks before an entity is deleted, at the version that the user saw. */
export function DeleteDialog({ entity, scope, value, onClose }: DeleteDialogProps) {
  const [seen, setSeen] = useState(value);
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const mayCall = useMayCall();
  const saver = useSettledCall();
  const isDeleting = saver.state.is === 'saving' || saver.state.is === 'asking';
  const name = nameOf(entity, seen);
  const undo = undoOfDelete(entity, { value: seen, scope, mayCall });

  async function confirm() {
    const call = {
      path: entity.delete?.path ?? '',
      takesKey: entity.delete?.takesKey ?? true,
      input: deleteInput(entity, seen, scope),
      title: `Delete ${name}`,
      entity: entity.name,
    };
    const settled = await saver.save(call, takeOver);
    if (settled?.isDeletedSince) await leave(`Deleted ${name}`, false);
    else if (settled) await leave(settledText(`Deleted ${name}`, settled), true);
  }
  async function takeOver(error: unknown): Promise<boolean> {
    const { kind, reason } = describeError(rejectionOf(error));
    if (kind === 'notFound') {
      await leave(`${name} was deleted before, by somebody else`, false);
      return true;
    }
    if (reason !== 'VERSION_CONFLICT') return false;
    const theirs = await readEntity(api, { entity, id: seen.id, scope }).catch(() => undefined);
    if (theirs) setSeen(theirs);
    return theirs !== undefined;
  }
  async function leave(text: string, canUndo: boolean) {
    onClose();
    showToast({
      kind: 'success',
      text,
      ...(canUndo &&
        undo && {
          durationMs: undoOfferMs,
          action: {
            label: undo.getsNewId ? 'Undo (with a new id)' : 'Undo',
            run: () => void runUndo({ api, queryClient, entity, value: seen, undo, onRestored: open }),
          },
        }),
    });
    await navigate({ to: '/e/$entity', params: { entity: entity.name }, search: scopeSearch(scope) });
    queryClient.removeQueries({ queryKey: keys.one(entity.name, seen.id, scope) });
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
  }
  const open = (id: string) =>
    void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id }, search: scopeSearch(scope) });

  return (
    <Dialog
      title={`Delete ${name}?`}
      role="alertdialog"
      onClose={() => !isDeleting && onClose()}
      footer={
        <>
          <Button autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" isPending={isDeleting} onClick={confirm}>
            {seen === value ? 'Delete' : 'Delete the new version'}
          </Button>
        </>
      }
    >
      <p>{undoText(undo)}</p>
      {seen !== value && <Changes before={value} after={seen} />}
      <SaveNote saver={saver} needs={entity.delete?.needs} />
    </Dialog>
  );
}

/** What somebody else has changed while the user was about to delete. */
function Changes({ before, after }: { readonly before: Entity; readonly after: Entity }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter(
    (name) => !['version', 'updatedAt'].includes(name) && !isSame(before[name], after[name]),
  );
  return (
    <div role="alert">
      <p>
        <strong>Not deleted: somebody else has changed this since you saw it.</strong>
      </p>
      <ul className="merge-attributes">
        {changed.map((name) => (
          <li key={name} className="merge-attribute">
            <span>{labelOf(name)}</span> <del>{valueText(before[name])}</del> <ins>{valueText(after[name])}</ins>
          </li>
        ))}
      </ul>
    </div>
  );
}
