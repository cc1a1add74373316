import { useQueryClient } from '@tanstack/react-query';
import { type ConsoleEntity, type Entity, useMayCall } from '../api/description.js';
import { keys } from '../api/keys.js';
import { Button } from '../components/button.js';
import { showToast } from '../components/toast.js';
import { nameOf, revertInput } from './entity-calls.js';
import { SaveNote } from './save/save-note.js';
import { settledText } from './save/settled-text.js';
import { useSettledCall } from './save/use-settled-call.js';

export interface RevertButtonProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly id: string;
  /** The entity as it is now; undefined if it is deleted, which a revert undoes. */
  readonly value: Entity | undefined;
  /** The number of the kept version. */
  readonly version: number;
}

/** Gives the entity the attributes of a kept version. Nothing is lost: this makes a new version. */
export function RevertButton({ entity, scope, id, value, version }: RevertButtonProps) {
  const saver = useSettledCall();
  const queryClient = useQueryClient();
  const mayCall = useMayCall();
  const { revert } = entity;
  if (!revert || !mayCall(revert)) return null;

  const name = nameOf(entity, value ?? { id });

  async function restore(path: string) {
    const settled = await saver.save({
      path,
      takesKey: false, // of the model's revert, whatever the procedure declares
      input: revertInput(entity, { scope, id, version, value }),
      title: `Restore version ${version} of ${name}`,
      entity: entity.name,
    });
    if (!settled) return;
    showToast({ kind: 'success', text: settledText(`Version ${version} is current again, as a new version`, settled) });
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
  }
  return (
    <>
      <Button isPending={['saving', 'asking'].includes(saver.state.is)} onClick={() => restore(revert.path)}>
        Restore version {version}
      </Button>
      <SaveNote saver={saver} needs={revert.needs} />
    </>
  );
}
