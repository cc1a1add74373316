import type { QueryClient } from '@tanstack/react-query';
import type { Api } from '../../api/client.js';
import type { ConsoleEntity, Entity } from '../../api/description.js';
import { describeError } from '../../api/errors.js';
import { keys } from '../../api/keys.js';
import { showToast } from '../../components/toast.js';
import { nameOf } from '../entity-calls.js';
import { newKey } from '../save/new-key.js';
import { rejectionOf, StillUnknownError, settleCall } from '../save/settle-call.js';
import { settledText } from '../save/settled-text.js';
import type { Undo } from './undo-of-delete.js';

interface RunUndo {
  readonly api: Api;
  readonly queryClient: QueryClient;
  readonly entity: ConsoleEntity;
  readonly value: Entity;
  readonly undo: Undo;
  /** Takes the id of the entity that is there again. */
  readonly onRestored: (id: string) => void;
}

/** How long an undo is offered, in milliseconds. */
export const undoOfferMs = 20_000;

/** Brings a deleted entity back. Its view is gone by now, so messages tell how it goes. */
export async function runUndo({ api, queryClient, entity, value, undo, onRestored }: RunUndo): Promise<void> {
  const name = nameOf(entity, value);
  const title = `Restore ${name}`;
  const { getsNewId, ...call } = undo;
  let remove = () => {};
  try {
    const settled = await settleCall(
      api,
      { ...call, key: newKey(), title, entity: entity.name, at: Date.now() },
      {
        onUncertain: (attempt) => {
          if (attempt === 0)
            remove = showToast({
              text: `Not known yet whether ${name} was restored: asking again…`,
              durationMs: 600_000,
            });
        },
      },
    );
    const { id } = Object(settled.answer) as { id?: string };
    const text = settledText(`Restored ${name}${getsNewId ? ', with a new id' : ''}`, settled);
    showToast({
      kind: 'success',
      text,
      ...(id !== undefined && { action: { label: 'Open', run: () => onRestored(id) } }),
    });
  } catch (error) {
    if (error instanceof StillUnknownError) {
      const text = `It is not known whether ${name} was restored. Look before you repeat it.`;
      const look = { label: 'Look', run: () => onRestored(value.id) };
      showToast({ kind: 'error', text, ...(!getsNewId && { action: look }) });
      return;
    }
    const { title: what, message } = describeError(rejectionOf(error));
    showToast({ kind: 'error', text: `${name} was not restored. ${what}: ${message}` });
  } finally {
    remove();
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
  }
}
