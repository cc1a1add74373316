import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { RefObject } from 'react';
import { type ConsoleEntity, type Entity, useMayCall } from '../../api/description.js';
import { keys } from '../../api/keys.js';
import { Button } from '../../components/button.js';
import { FocusedHeading } from '../../components/focused-heading.js';
import { showToast } from '../../components/toast.js';
import { keepsId, nameOf, recreateInput } from '../entity-calls.js';
import { SaveNote } from '../save/save-note.js';
import { settledText } from '../save/settled-text.js';
import { useSettledCall } from '../save/use-settled-call.js';
import { scopeSearch } from '../scope-search.js';

interface DeletedNoteProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** The entity as the user wanted it. */
  readonly value: Entity;
  readonly isDone: RefObject<boolean>;
}

/** Tells that an entity was deleted while it was edited, and offers to create it again. */
export function DeletedNote({ entity, scope, value, isDone }: DeletedNoteProps) {
  const saver = useSettledCall();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const mayCall = useMayCall();
  const { create } = entity;
  const input = mayCall(create) ? recreateInput(entity, value, scope) : undefined;
  const list = { to: '/e/$entity', params: { entity: entity.name }, search: scopeSearch(scope) } as const;

  async function recreate(path: string) {
    const settled = await saver.save({
      path,
      takesKey: create?.takesKey ?? true,
      input,
      title: `Create ${nameOf(entity, value)} again`,
      entity: entity.name,
    });
    if (!settled) return;
    isDone.current = true;
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
    showToast({ kind: 'success', text: settledText(`Created ${nameOf(entity, value)} again`, settled) });
    const { id } = Object(settled.answer) as { id?: string };
    if (id === undefined) await navigate(list);
    else await navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id }, search: scopeSearch(scope) });
  }
  return (
    <section className="merge" aria-labelledby="deleted-title">
      <FocusedHeading id="deleted-title">Somebody else has deleted this in the meantime</FocusedHeading>
      <p>
        {input
          ? `You can create it again with your changes.${keepsId(entity) ? '' : ' It gets a new id.'}`
          : 'It cannot be created again here: the API does not take all its attributes, or you may not create it.'}
      </p>
      <SaveNote saver={saver} needs={create?.needs} />
      <div className="change-form-buttons">
        {create && input && (
          <Button
            variant="primary"
            isPending={['saving', 'asking'].includes(saver.state.is)}
            onClick={() => recreate(create.path)}
          >
            Create it again
          </Button>
        )}
        <Button
          onClick={() => {
            isDone.current = true;
            navigate(list);
          }}
        >
          Discard the changes
        </Button>
      </div>
    </section>
  );
}
