import { marshall } from '@aws-sdk/util-dynamodb';
import { contention, pause } from './database.js';
import { type Examination, isAlive } from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { correction, keyChanges, versionFault } from './resolve-keys.js';
import type { Stored } from './stored-item.js';

/** Returns the defaults of the attributes that an item lacks; undefined if there are none. */
export function missingDefaults(model: ExaminedModel, { item }: Stored): Readonly<Record<string, unknown>> | undefined {
  const defaults = model.defaults?.(model.stores.entity(item)) ?? {};
  return Object.keys(defaults).length > 0 ? defaults : undefined;
}

/**
 * Confirms by a consistent read that an item lacks attributes that have a default. With `fix` they are written together
 * with the index keys that follow from them, if the item is still as it was read.
 */
export async function resolveDefaults(
  { database, fixes }: Examination,
  model: ExaminedModel,
  id: string,
): Promise<Finding | undefined> {
  for (let attempt = 1; ; attempt++) {
    const stored = await database.get(id);
    const defaults = isAlive(model, stored) ? missingDefaults(model, stored) : undefined;
    if (!stored || !defaults) return undefined;
    const what = Object.keys(defaults).join(', ');
    const left = (reason: string): Finding => ({
      ...{ kind: 'missing default', ids: [id], outcome: 'left' },
      what: reason === '' ? what : `${what}; ${reason}`,
    });
    if (!fixes.has('missing default')) return left('');
    if (versionFault(stored)) return left('correct its version first');
    const unique = model.stores.uniqueAttributes.find((attribute) => attribute in defaults);
    if (unique !== undefined) return left(`${unique} is unique, so no default can fit`);
    const keys = keyChanges(model, { ...stored, item: { ...stored.item, ...defaults } });
    const values = marshall(defaults, { removeUndefinedValues: true });
    try {
      if (await database.update(correction(model, stored, keys ?? { set: {}, remove: [] }, values)))
        return { kind: 'missing default', ids: [id], what, outcome: 'repaired' };
    } catch (error) {
      if ((error as Error).name !== 'ValidationException') throw error;
      return left('the database rejects the repair');
    }
    await pause(attempt, contention(id), database.signal);
  }
}
