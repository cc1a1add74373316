import type { Logger } from '@aws-lambda-powertools/logger';
import { createItems, deleteItems } from './batch-write.js';
import type { Call } from './call.js';
import type { UpdateRules } from './condition.js';
import { type Connection, connect, defaultLogger } from './connection.js';
import { creating, prepareNew } from './create.js';
import { deleting, deletingStored } from './delete.js';
import { type BaseModel, type Changes, type NewItem, type StoredItem, toEntity } from './entity.js';
import { entityPrefix, storedId } from './entity-id.js';
import { type EntityKind, isExpired } from './entity-kind.js';
import { EntityNotFoundError } from './errors.js';
import { beginRun, type Run } from './operation-log.js';
import {
  type CallOptions,
  checkedVersion,
  type DynamoModelOptions,
  type ReadOptions,
  type ScanOptions,
  type UpdateOptions,
} from './options.js';
import { type Page, type PageQuery, queryAll, queryCount, queryPage } from './query.js';
import { getItem, getItems } from './read.js';
import { scanSegments } from './scan.js';
import type { Part } from './transact.js';
import { findOwner } from './unique-claims.js';
import { updateItem, updating } from './update.js';
import { commit, type Step } from './write.js';

/** What a model says of its entity: for functions of this package, and not a method that callers and subclasses would see. */
export let kindOf: <T extends BaseModel>(model: DynamoModel<T>) => EntityKind;

/**
 * Storage of one kind of entity in the shared table: ids with a prefix, index keys that are always right, versions, unique attributes by
 * claims, paging that never stops short, batches, deadlines.
 *
 * Every method rejects with the package's error classes (ThrottledError, DeadlineExceededError, DatabaseUnavailableError,
 * TableNotFoundError, WriteOutcomeUnknownError for writes) or with the SDK's own errors, such as missing rights, untouched.
 */
export abstract class DynamoModel<T extends BaseModel> {
  readonly #options: DynamoModelOptions;
  #connected: Connection | undefined;
  #kind: EntityKind | undefined;

  static {
    kindOf = (model) => model.#entity;
  }

  /** Touches neither network nor environment; both come in at the first call. */
  constructor(options: DynamoModelOptions = {}) {
    this.#options = options;
  }

  protected get logger(): Logger {
    return this.#options.logger ?? defaultLogger();
  }

  /** `User` gives ids the prefix `USER#`. Letters, digits and _, a letter first; not UNIQUE. */
  protected abstract getEntityName(): string;

  /** The id of a new entity, bare or with its prefix; create refuses one that is taken. */
  protected abstract generateId(data: NewItem<T>): string | Promise<string>;

  /**
   * Assigns pk1, sk1, pk2 and sk2. Pure and synchronous. A pair that is not whole, or made from an absent attribute, is left out of its index.
   * @param entity with its bare id and without keys
   * @param now the entity's `createdAt`, always; a key that should move uses `entity.updatedAt`
   */
  protected abstract setGSIKeys(entity: T, now: string): void;

  /** Attributes of which no two entities may hold the same value. @default none */
  protected uniqueAttributes(): readonly (keyof T & string)[] {
    return [];
  }

  /** Attributes that `setGSIKeys` reads. Declared, an update of others is one request; undefined: each update reads first. */
  protected indexedAttributes(): readonly (keyof T & string)[] | undefined {
    return undefined;
  }

  /**
   * The attribute that holds when an entity expires, in whole seconds since 1970: from then on it is not read, updated or counted, and its unique
   * values are free. The same for all models of a table, whose time to live it is: `pnpm table ttl`. @default none
   */
  protected ttlAttribute(): (keyof T & string) | undefined {
    return undefined;
  }

  /** The form in which attributes are stored, such as an address in lower case. @default as given */
  protected normalise<D extends Partial<NewItem<T>>>(data: D): D {
    return data;
  }

  /** Values that are equal in this form count as the same. @default String(value) */
  protected normaliseUnique(_attribute: keyof T & string, value: unknown): string {
    return String(value);
  }

  /** The id of an entity that holds the value without a claim, in data older than claims. @default null */
  protected async findUnclaimed(
    _attribute: keyof T & string,
    _value: unknown,
    _options?: CallOptions,
  ): Promise<string | null> {
    return null;
  }

  /**
   * Stores a new entity with its claims and answers it as stored.
   * @throws UniqueConstraintError, InvalidItemError, ItemTooLargeError
   */
  async create(data: NewItem<T>, options: CallOptions = {}): Promise<T> {
    const prepared = await prepareNew(this.#entity, data);
    return this.#run('create', options, async (call, log) => {
      log.id = this.#bare(prepared.item.id);
      return this.#toEntity(await commit(call, await creating(call, this.#entity, prepared)));
    });
  }

  /** As a part of `transact`: see {@link create}. */
  creating(data: NewItem<T>): Part<T> {
    return this.#part('create', async (call) => creating(call, this.#entity, await prepareNew(this.#entity, data)));
  }

  /** The entity, or null. An id may come with its prefix or without. */
  async getById(id: string, options: ReadOptions = {}): Promise<T | null> {
    return this.#run('getById', options, async (call, log) => {
      log.id = id;
      const key = storedId(this.#entity.prefix, id);
      return this.#living(key === null ? undefined : await getItem(call, key, options.consistent === true));
    });
  }

  /** Entities by position, null where there is none. Any number of ids, the same one as often as you like. */
  async getByIds(ids: readonly string[], options: ReadOptions = {}): Promise<(T | null)[]> {
    return this.#run('getByIds', options, async (call, log) => {
      log.count = ids.length;
      const keys = ids.map((id) => storedId(this.#entity.prefix, id));
      const found = await getItems(
        call,
        keys.filter((key) => key !== null),
        options.consistent === true,
      );
      return keys.map((key) => this.#living(key === null ? undefined : found.get(key)));
    });
  }

  /** The holder of a value of a unique attribute, strongly consistent: two reads. */
  async getByUnique<K extends keyof T & string>(
    attribute: K,
    value: NonNullable<T[K]>,
    options: CallOptions = {},
  ): Promise<T | null> {
    return this.#run('getByUnique', options, async (call) => {
      const kind = this.#entity;
      if (!kind.unique.includes(attribute)) throw new TypeError(`${attribute} is not among uniqueAttributes()`);
      const owner = await findOwner(call, kind, attribute, value);
      return owner ? this.#toEntity(owner) : null;
    });
  }

  /**
   * Changes an entity and answers it as it is then; null where there is none: an update never makes one. Empty changes read only.
   *
   * `{ if: { status: 'open', stock: { gte: 1 } } }` changes only what holds that; `{ increment: { stock: -1 } }` counts in the database, each call once.
   * @throws VersionConflictError where `expectedVersion` does not hold; ConditionFailedError where `if` does not; UniqueConstraintError, InvalidItemError,
   * ItemTooLargeError; WriteOutcomeUnknownError also for an increment without `expectedVersion` whose reply was lost and that cannot be found
   */
  async update(id: string, changes: Changes<T>, options: UpdateOptions & UpdateRules<T> = {}): Promise<T | null> {
    return this.#run('update', options, async (call, log) => {
      log.id = id;
      const key = storedId(this.#entity.prefix, id);
      const item = key === null ? null : await updateItem(call, this.#entity, key, changes, options);
      return item && this.#toEntity(item);
    });
  }

  /** As a part of `transact`: see {@link update}; but what is not there is an EntityNotFoundError. */
  updating(
    id: string,
    changes: Changes<T>,
    options: Omit<UpdateOptions, keyof CallOptions> & UpdateRules<T> = {},
  ): Part<T> {
    return this.#part('update', async (call) => {
      const key = storedId(this.#entity.prefix, id);
      if (key === null) throw new EntityNotFoundError(this.#entity.name, id);
      return updating(call, this.#entity, key, changes, options);
    });
  }

  /** Deletes an entity with its claims; true: it existed. @throws VersionConflictError where `expectedVersion` does not hold */
  async delete(id: string, options: UpdateOptions = {}): Promise<boolean> {
    return this.#run('delete', options, async (call, log) => {
      log.id = id;
      const expectedVersion = checkedVersion(options);
      const key = storedId(this.#entity.prefix, id);
      return key !== null && commit(call, await deleting(call, this.#entity, key, expectedVersion));
    });
  }

  /** As a part of `transact`: see {@link delete}. */
  deleting(id: string, options: Omit<UpdateOptions, keyof CallOptions> = {}): Part<boolean> {
    return this.#part('delete', async (call) => {
      const expectedVersion = checkedVersion(options);
      const key = storedId(this.#entity.prefix, id);
      const stored = key === null ? undefined : await getItem(call, key, true);
      return deletingStored(call, this.#entity, stored, expectedVersion);
    });
  }

  /** Creates many; one that fails has its index and error in `failed`, and never takes others with it. */
  async batchCreate(
    list: readonly NewItem<T>[],
    options: CallOptions = {},
  ): Promise<{ success: T[]; failed: { index: number; error: Error }[] }> {
    return this.#run('batchCreate', options, async (call, log) => {
      const { success, failed } = await createItems(call, this.#entity, list);
      Object.assign(log, { count: list.length, failed: failed.length });
      return { success: success.map((item) => this.#toEntity(item)), failed };
    });
  }

  /** Deletes many with their claims. An id that is not there counts as success; an id given twice counts once. */
  async batchDelete(
    ids: readonly string[],
    options: CallOptions = {},
  ): Promise<{ success: string[]; failed: { id: string; error: Error }[] }> {
    return this.#run('batchDelete', options, async (call, log) => {
      const keys = new Map<string, string | null>(); // bare id → stored id, or null where none can be
      for (const id of ids) {
        const key = storedId(this.#entity.prefix, id);
        keys.set(key === null ? id : this.#bare(key), key);
      }
      const stored = [...keys.values()].filter((key) => key !== null);
      const failures = await deleteItems(call, this.#entity, stored);
      Object.assign(log, { count: keys.size, failed: failures.size });
      return {
        success: [...keys].flatMap(([id, key]) => (key !== null && failures.has(key) ? [] : id)),
        failed: [...failures].map(([key, error]) => ({ id: this.#bare(key), error })),
      };
    });
  }

  /** All entities, by reading the whole table: claims and other entities are paid for too. */
  async scanAll(options: ScanOptions = {}): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.scanPages(options)) for (const entity of page) all.push(entity);
    return all;
  }

  /** All entities, page by page in bounded memory, in no order. */
  async *scanPages(options: ScanOptions = {}): AsyncGenerator<T[], void, undefined> {
    const { segments = 1, consistent = false } = options;
    const run = this.#begin('scan', options);
    yield* this.#entities(scanSegments(run.call, this.#entity, segments, consistent), run);
  }

  /**
   * One page of an index, of up to `limit` items (default 100, at most 1,000), of this entity only.
   * @throws InvalidCursorError for a cursor that another query gave, or none
   */
  async query(query: PageQuery, options: CallOptions = {}): Promise<Page<T>> {
    return this.#run('query', options, async (call, log) => {
      const { items, cursor } = await queryPage(call, this.#entity, query);
      log.count = items.length;
      return { items: items.map((item) => this.#toEntity(item)), ...(cursor !== undefined && { cursor }) };
    });
  }

  /** All that a query finds, page by page: of `limit` items where given, else as large as DynamoDB gives them (1 MB). */
  async *queryPages(query: PageQuery, options: CallOptions = {}): AsyncGenerator<T[], void, undefined> {
    if (query.limit === undefined) {
      const run = this.#begin('queryPages', options);
      return yield* this.#entities(queryAll(run.call, this.#entity, query), run);
    }
    let cursor = query.cursor;
    do {
      const page: Page<T> = await this.query({ ...query, cursor }, options);
      if (page.items.length > 0) yield page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** How many entities a query finds; costs as much as reading them. */
  async count(query: PageQuery, options: CallOptions = {}): Promise<number> {
    return this.#run('count', options, async (call, log) => {
      const count = await queryCount(call, this.#entity, query);
      log.count = count;
      return count;
    });
  }

  async *#entities(pages: AsyncGenerator<StoredItem[]>, { log, end }: Run) {
    log.count = 0;
    let failure: unknown;
    try {
      for await (const page of pages) {
        log.count += page.length;
        yield page.map((item) => this.#toEntity(item));
      }
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      end(failure); // also where the reader stops early
    }
  }

  #toEntity(item: StoredItem): T {
    return toEntity<T>(item, this.#entity.prefix);
  }

  #living(item: StoredItem | undefined): T | null {
    return item && !isExpired(this.#entity, item) ? this.#toEntity(item) : null;
  }

  #part<R>(operation: string, prepare: (call: Call) => Promise<Step<StoredItem | boolean | null>>): Part<R> {
    return {
      name: `${this.#entity.name}.${operation}`,
      connection: () => this.#connection,
      begin: (name, options) => this.#begin(name, options),
      prepare,
      result: (answer) => (typeof answer === 'object' ? this.#toEntity(answer as StoredItem) : answer) as R,
    };
  }

  #bare(id: string): string {
    return id.slice(this.#entity.prefix.length);
  }

  /** Runs one method: with its call, and its line in the log. */
  async #run<R>(
    operation: string,
    options: CallOptions,
    work: (call: Call, log: Run['log']) => Promise<R>,
  ): Promise<R> {
    const { call, log, end } = this.#begin(operation, options);
    try {
      const result = await work(call, log);
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  #begin(operation: string, options: CallOptions): Run {
    return beginRun(this.#entity.name, operation, this.logger, this.#connection, options);
  }

  get #connection(): Connection {
    this.#connected ??= connect(this.#options);
    return this.#connected;
  }

  get #entity(): EntityKind {
    this.#kind ??= this.#resolveKind();
    return this.#kind;
  }

  /** What the subclass says, asked once. The functions that work by it know attributes as text; the types end here. */
  #resolveKind(): EntityKind {
    type Attribute = keyof T & string;
    const hasLookUp = this.findUnclaimed !== DynamoModel.prototype.findUnclaimed;
    return {
      name: this.getEntityName(),
      prefix: entityPrefix(this.getEntityName()),
      unique: this.uniqueAttributes(),
      indexed: this.indexedAttributes(),
      expiry: this.ttlAttribute(),
      setGSIKeys: (entity, now) => this.setGSIKeys(entity as unknown as T, now),
      generateId: (data) => this.generateId(data as NewItem<T>),
      normalise: (data) => this.normalise(data as Partial<NewItem<T>>),
      normaliseUnique: (attribute, value) => this.normaliseUnique(attribute as Attribute, value),
      findUnclaimed: hasLookUp
        ? (attribute, value, options) => this.findUnclaimed(attribute as Attribute, value, options)
        : undefined,
    };
  }
}
