import { following, type ModelCalls } from './call/model-calls.js';
import type { Attribute, AttributeValue, BaseModel, Changes, NewItem } from './entity/entity.js';
import { detached } from './entity/entity-definition.js';
import { newStoredId, storedId } from './entity/entity-id.js';
import type { GivenScope, Scope, Without } from './entity/scope.js';
import type { UpdateRules } from './expressions/update-rules.js';
import { ModelBatches } from './model-batches.js';
import type { ModelArguments, UniqueValues } from './model-declarations.js';
import { callsOf } from './model-reads.js';
import {
  type BatchUpdateResult,
  type CallOptions,
  type DynamoModelOptions,
  type IdOption,
  isOnce,
  type NotOnce,
  type OnceOption,
  type UpdateOptions,
  type VersionOption,
  withoutCallOptions,
} from './options.js';
import { commit } from './write/commit.js';
import { creating, prepareCreate } from './write/create.js';
import { deleting } from './write/delete.js';
import { prepareUpdate } from './write/prepare-update.js';
import type { PreparedWrite } from './write/prepared-write.js';
import { revertItem } from './write/revert.js';
import { runOnce } from './write/transact.js';
import { findOwner } from './write/unique-claims.js';
import { updateItem } from './write/update.js';
import { upsertItem } from './write/upsert.js';

/**
 * Storage of one kind of entity in the shared table: ids with a prefix, index keys that are always right, versions, unique attributes by
 * claims, paging that never stops short, batches, deadlines.
 *
 * Every method rejects with the package's error classes (ThrottledError, DeadlineExceededError, DatabaseUnavailableError,
 * TableNotFoundError, WriteOutcomeUnknownError for writes) or with the SDK's own errors, such as missing rights, untouched.
 */
export abstract class DynamoModel<T extends BaseModel, New = NewItem<T>> extends ModelBatches<T, New> {
  readonly #calls = callsOf(this);

  /** Touches neither network nor environment: both come in at the first call. */
  constructor(...[options]: ModelArguments<T>) {
    super(options as DynamoModelOptions | undefined);
  }

  /**
   * Stores a new entity with its claims and returns it as stored. With `once`, a repetition of the call returns the entity as it is now, or null
   * if it is gone.
   * @throws UniqueConstraintError, InvalidItemError, ItemTooLargeError
   */
  create(data: New, options?: CallOptions & IdOption & NotOnce): Promise<T>;
  create(data: New, options?: CallOptions & IdOption & OnceOption): Promise<T | null>;
  async create(data: New, options: CallOptions & IdOption & OnceOption = {}): Promise<T | null> {
    if (isOnce(options)) return (await runOnce('create', this.creating(data, { id: options.id }), options)) ?? null;
    const prepared = await prepareCreate(this.#calls.definition, Object(data), options.id);
    return this.#calls.run('create', options, async (session, log) => {
      log.id = prepared.item.id.slice(session.definition.prefix.length);
      return this.#calls.toEntity(await commit(session, await creating(session, prepared)));
    });
  }

  /** Returns an id for a new entity, so that others can refer to it in the same transaction. */
  async newId(data: Partial<NewItem<T>> = {}): Promise<string> {
    const { definition } = this.#calls;
    const given = { ...data, ...definition.scope };
    return newStoredId(definition.prefix, await definition.generateId(given)).slice(definition.prefix.length);
  }

  /** Updates the entity of an id with the attributes given, or creates it where there is none. Returns it as stored. */
  async upsert(id: string, data: New, options: CallOptions = {}): Promise<T> {
    const given = Object(detached(data));
    return this.#calls.run('upsert', options, async (session, log) => {
      log.id = id;
      return this.#calls.toEntity(await upsertItem(session, newStoredId(session.definition.prefix, id), given));
    });
  }

  /** Returns the entity that holds a value of a unique attribute, or null. Strongly consistent: two reads. */
  getByUnique<K extends Attribute<T>>(
    attribute: K,
    value: NonNullable<AttributeValue<T, K>>,
    options?: CallOptions,
  ): Promise<T | null>;
  getByUnique(values: UniqueValues<T>, options?: CallOptions): Promise<T | null>;
  async getByUnique(of: string | UniqueValues<T>, ...[value, options]: unknown[]): Promise<T | null> {
    const [values, given] = typeof of === 'string' ? [{ [of]: value }, options] : [of, value];
    return this.#calls.run('getByUnique', given ?? {}, async (session) => {
      const owner = await findOwner(session, values);
      return owner && this.#calls.toEntity(owner);
    });
  }

  /**
   * Updates an entity and returns it as it is then; null where there is none, since an update never creates one. Empty changes only read.
   *
   * `{ if: { status: 'open', stock: { gte: 1 } } }` sets conditions. `set`, `remove`, `increment`, `append`, `addToSet` and `deleteFromSet` change
   * parts of the entity in the database, such as `{ increment: { stock: -1 }, append: { log: ['sold'] } }`.
   * @throws VersionConflictError where `expectedVersion` does not hold; ConditionFailedError where `if` does not; UniqueConstraintError,
   * InvalidItemError, ItemTooLargeError; WriteOutcomeUnknownError also where the answer to an increment, append or `if` was lost and the
   * item does not show whether it was applied
   */
  async update(
    id: string,
    changes: Changes<T>,
    options: UpdateOptions & UpdateRules<T> & OnceOption = {},
  ): Promise<T | null> {
    if (isOnce(options)) {
      const update = this.updating(id, changes, withoutCallOptions(options));
      return (await runOnce('update', update, options, id)) ?? null;
    }
    return this.#calls.run('update', options, async (session, log) => {
      log.id = id;
      const key = storedId(this.#calls.definition.prefix, id);
      if (key === null) return null;
      const item = await updateItem(session, await prepareUpdate(session.definition, key, changes, options));
      return item && this.#calls.toEntity(item);
    });
  }

  /**
   * Deletes an entity with its claims; true: it existed.
   * @throws VersionConflictError where `expectedVersion` does not hold, ConditionFailedError where `if` does not
   */
  async delete(id: string, options: UpdateOptions & Pick<UpdateRules<T>, 'if'> & OnceOption = {}): Promise<boolean> {
    if (isOnce(options)) {
      const removal = this.deleting(id, { ...withoutCallOptions(options), mustExist: true });
      return (await runOnce('delete', removal, options, id)) === true;
    }
    return this.#calls.run('delete', options, async (session, log) => {
      log.id = id;
      const key = storedId(this.#calls.definition.prefix, id);
      const existed = key !== null && (await commit(session, await deleting(session, key, options)));
      if (existed) await this.#calls.deleteCounters(() => following(session.call), [id]);
      return existed;
    });
  }

  /**
   * Gives an entity the attributes of one of its versions, as a new version; an entity that was deleted is created again. Returns the entity
   * after that, or null where there is no such version. For models with `keepsHistory()`; the attributes are not parsed again.
   * @throws the errors of `update` and `create`
   */
  async revert(id: string, version: number, options: UpdateOptions = {}): Promise<T | null> {
    return this.#calls.run('revert', options, async (session, log) => {
      log.id = id;
      const key = storedId(this.#calls.definition.prefix, id);
      const item = key === null ? null : await revertItem(session, key, version, options);
      return item && this.#calls.toEntity(item);
    });
  }

  /**
   * Returns a model of the entities with these values alone, such as those of one tenant: `issues.within({ orgId })`. To it, all others are
   * absent. It has the methods of this class, and none of a subclass, which might reach further.
   * @throws TypeError for a scope without attributes or with a counter, InvalidItemError for a managed attribute
   */
  within<const S extends Scope<T>>(scope: S & GivenScope<T, S>): Scoped<T, keyof S & string, New> {
    type Constructor = new (calls: ModelCalls<T>) => Scoped<T, keyof S & string, New>;
    return new (DynamoModel as unknown as Constructor)(this.#calls.within(scope));
  }
}

/**
 * A model within a scope, as `within` returns it: the methods of DynamoModel, for which entities of other scopes are absent.
 * @typeParam K the attributes of the scope. They are left out of what is created, and cannot be changed.
 */
export type Scoped<T extends BaseModel, K extends string, New = NewItem<T>> = Omit<
  DynamoModel<T, Without<New, K>>,
  keyof ScopedUpdates<T, K, New>
> &
  ScopedUpdates<T, K, New>;

interface ScopedUpdates<T extends BaseModel, K extends string, New> {
  update(
    id: string,
    changes: Omit<Changes<T>, K>,
    options?: UpdateOptions & UpdateRules<T> & OnceOption,
  ): ReturnType<DynamoModel<T>['update']>;
  batchUpdate(
    ids: readonly string[],
    changes: Omit<Changes<T>, K>,
    options?: UpdateOptions & UpdateRules<T>,
  ): Promise<BatchUpdateResult<T>>;
  updating(
    id: string,
    changes: Omit<Changes<T>, K>,
    options: VersionOption & UpdateRules<T> & { returns: 'none' },
  ): PreparedWrite<undefined>;
  updating(id: string, changes: Omit<Changes<T>, K>, options?: VersionOption & UpdateRules<T>): PreparedWrite<T>;
  /** Returns a model of a narrower scope. */
  within<const S extends Scope<T>>(scope: S & GivenScope<T, S>): Scoped<T, K | (keyof S & string), New>;
}
