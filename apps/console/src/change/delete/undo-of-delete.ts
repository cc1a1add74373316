import type { ConsoleEntity, ConsoleProcedure, Entity } from '../../api/description.js';
import { keepsId, recreateInput, revertInput } from '../entity-calls.js';

/** The call by which a deleted entity comes back. */
export interface Undo {
  readonly path: string;
  readonly takesKey: boolean;
  readonly input: Readonly<Record<string, unknown>>;
  /** It is a new entity with the same attributes. */
  readonly getsNewId: boolean;
}

/**
 * Returns how a delete can be undone: by the kept versions, or else by a create that takes all attributes. Returns
 * undefined where some would be lost, or the caller lacks a permission.
 */
export function undoOfDelete(
  entity: ConsoleEntity,
  {
    value,
    scope,
    mayCall,
  }: { value: Entity; scope: string | undefined; mayCall: (procedure: ConsoleProcedure | undefined) => boolean },
): Undo | undefined {
  const { revert, create } = entity;
  if (revert && mayCall(revert) && value.version !== undefined)
    return {
      path: revert.path,
      takesKey: false, // of the model's revert, whatever the procedure declares
      input: revertInput(entity, { scope, id: value.id, version: value.version, value: undefined }),
      getsNewId: false,
    };
  const input = create && mayCall(create) ? recreateInput(entity, value, scope) : undefined;
  return create && input && { path: create.path, takesKey: create.takesKey, input, getsNewId: !keepsId(entity) };
}

/** Tells before a delete what becomes of it. */
export function undoText(undo: Undo | undefined): string {
  if (!undo) return 'This cannot be undone.';
  return undo.getsNewId ? 'You can undo this for a moment; it then gets a new id.' : 'You can undo this for a moment.';
}
