import type { Api } from '../../api/client.js';
import type { ConsoleEntity, Entity } from '../../api/description.js';
import { ResourceError } from '../../api/errors.js';
import { readEntity } from '../entity-calls.js';
import { isSame } from '../form/same-value.js';
import { newKey } from '../save/new-key.js';

/** What the work of one bulk run shares. */
export interface BulkContext {
  readonly api: Api;
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** Returns the idempotency key of a row, or of a group of rows: the same one whenever it is sent again in this run. */
  readonly keyOf: (row: object) => string;
  /** Returns the row with its version. Throws a VERSION_CONFLICT if it is not as the list showed it. */
  readonly withVersion: (row: Entity, signal: AbortSignal) => Promise<Entity>;
}

/** Returns whether a bulk change can tell that somebody else has changed an entity. */
export const hasVersions = ({ schema }: ConsoleEntity): boolean => schema.properties?.version !== undefined;

const changedError = (names: readonly string[]) =>
  new ResourceError(`Changed since the list was read: ${names.join(', ')}`, {
    httpStatus: 409,
    reason: 'VERSION_CONFLICT',
  });

/** Creates the context of a run. */
export function bulkContext({ api, entity, scope }: Pick<BulkContext, 'api' | 'entity' | 'scope'>): BulkContext {
  const keys = new WeakMap<object, string>();
  const reads = new WeakMap<Entity, Promise<Entity>>();
  return {
    ...{ api, entity, scope },
    keyOf: (row) => {
      const key = keys.get(row) ?? newKey(); // ids may have characters that no key can have
      keys.set(row, key);
      return key;
    },
    withVersion: async (row, signal) => {
      if (row.version !== undefined || !hasVersions(entity)) return row;
      let reading = reads.get(row);
      if (!reading) {
        // once per run: an input with another version would need another key
        reading = readEntity(api, { entity, id: row.id, scope, signal });
        reads.set(row, reading);
        reading.catch(() => reads.delete(row));
      }
      const stored = await reading;
      const changed = Object.keys(row).filter((name) => !isSame(row[name] ?? null, stored[name] ?? null));
      if (changed.length > 0) throw changedError(changed);
      return stored;
    },
  };
}
