import type { Session } from '../call/model-calls.js';
import type { StoredItem } from '../entity/entity.js';
import { isAlive, isInScope } from '../entity/entity-definition.js';
import { UniqueConstraintError } from '../errors.js';
import { getItem } from '../read/get-item.js';
import { commit } from './commit.js';
import { creating, prepareCreate } from './create.js';
import { prepareUpdate } from './prepare-update.js';
import { updateItem } from './update.js';

/** Updates the entity of an id, or creates it where there is none; begins again where another write came between. */
export async function upsertItem(session: Session, id: string, data: object): Promise<StoredItem> {
  for (let round = 1; ; round++) {
    if (round > 1) await session.call.pause(round - 1, 'conflict');
    const updated = await updateItem(session, await prepareUpdate(session.definition, id, data, {}));
    if (updated) return updated;
    try {
      return await commit(session, await creating(session, await prepareCreate(session.definition, data, id)));
    } catch (error) {
      if (!(error instanceof UniqueConstraintError && error.attribute === 'id')) throw error;
      if (await isOfAnotherScope(session, id)) throw error;
    }
  }
}

/** True where the id is taken by an entity that no update within the scope finds. */
async function isOfAnotherScope({ call, definition }: Session, id: string): Promise<boolean> {
  if (!definition.scope) return false;
  const taken = await getItem(call, id, true);
  return isAlive(definition, taken) && !isInScope(definition, taken);
}
