import type { BaseModel, Changes, NewItem } from './entity/entity.js';
import { detached } from './entity/entity-definition.js';
import type { UpdateRules } from './expressions/update-rules.js';
import { ModelParts } from './model-parts.js';
import { callsOf } from './model-reads.js';
import {
  type BatchCreateResult,
  type BatchDeleteResult,
  type BatchUpdateResult,
  type CallOptions,
  type UpdateOptions,
  withoutCallOptions,
} from './options.js';
import { updateItems } from './write/batch-update.js';
import { createItems, deleteItems } from './write/batch-write.js';
import { type PreparedCreate, prepareCreate } from './write/create.js';
import { prepareRestore } from './write/restore.js';

/** The writes of many entities of a model, in which each has its own outcome. */
export abstract class ModelBatches<T extends BaseModel, New = NewItem<T>> extends ModelParts<T, New> {
  readonly #calls = callsOf(this);

  /** Creates many entities. A failed one has its index and error in `failed`, and never fails its neighbours. */
  batchCreate(list: readonly New[], options: CallOptions = {}): Promise<BatchCreateResult<T>> {
    return this.#createAll('batchCreate', list, prepareCreate, options);
  }

  /**
   * Writes entities as they are given, such as those of a backup: with their ids, versions, times and all attributes. No schema is applied. A
   * taken id is a UniqueConstraintError of `id`, unless its entity has the same version and attributes.
   */
  restore(entities: readonly T[], options: CallOptions = {}): Promise<BatchCreateResult<T>> {
    return this.#createAll('restore', entities, prepareRestore, options);
  }

  /**
   * Updates many entities in the same way, each as by {@link update}. A failed one has its id and error in `failed`: EntityNotFoundError where
   * there is none. An id given twice counts once.
   * @throws InvalidItemError, ItemTooLargeError, TypeError for changes that no entity could have; nothing is written then
   */
  async batchUpdate(
    ids: readonly string[],
    changes: Changes<T>,
    options: UpdateOptions & UpdateRules<T> = {},
  ): Promise<BatchUpdateResult<T>> {
    const [given, rules] = [detached(changes) as object, detached(withoutCallOptions(options)) as typeof options];
    return this.#calls.run('batchUpdate', options, async (session, log) => {
      const { success, failed } = await updateItems(session, [...ids], given, rules);
      Object.assign(log, { count: success.length + failed.length, failed: failed.length });
      return { success: success.map((item) => this.#calls.toEntity(item)), failed };
    });
  }

  /** Deletes many entities with their claims. An unknown id counts as success; an id given twice counts once. */
  async batchDelete(ids: readonly string[], options: CallOptions = {}): Promise<BatchDeleteResult> {
    return this.#calls.run('batchDelete', options, async (session, log) => {
      const result = await deleteItems(session, ids);
      await this.#calls.deleteCounters(() => session.call, result.success);
      Object.assign(log, { count: result.success.length + result.failed.length, failed: result.failed.length });
      return result;
    });
  }

  async #createAll(
    operation: string,
    list: readonly unknown[],
    prepare: (...given: Parameters<typeof prepareRestore>) => Promise<PreparedCreate>,
    options: CallOptions,
  ): Promise<BatchCreateResult<T>> {
    return this.#calls.run(operation, options, async (session, log) => {
      const { success, failed } = await createItems(session, list as readonly object[], prepare);
      Object.assign(log, { count: list.length, failed: failed.length });
      return { success: success.map((item) => this.#calls.toEntity(item)), failed };
    });
  }
}
