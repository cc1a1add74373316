import { loggedPages, ModelCalls } from './call/model-calls.js';
import { connect, defaultLogger } from './connection/connection.js';
import type { BaseModel, StoredItem } from './entity/entity.js';
import { isPresent } from './entity/entity-definition.js';
import { storedId } from './entity/entity-id.js';
import { entityDefinitionOf, ModelDeclarations } from './model-declarations.js';
import type { CallOptions, DynamoModelOptions, ModelLogger, ReadOptions, ScanOptions } from './options.js';
import { type ChangedEntity, changedEntity, type StreamRecord } from './read/changed-entity.js';
import { getItem, getItems } from './read/get-item.js';
import type { CountOptions, Filter, ForwardQuery, Page, Query } from './read/page-query.js';
import { type Only, type Projected, type ProjectedName, type Projection, projectionOf } from './read/projection.js';
import { queryAll, queryCount, queryPage } from './read/query.js';
import { scanSegments } from './read/scan.js';
import { searchVectors } from './read/search-vectors.js';
import { type PreparedRead, preparedRead } from './read/snapshot.js';
import type { Neighbour, VectorQuery } from './read/vector-query.js';
import { type EntityVersion, type VersionsQuery, versionsPage } from './read/versions.js';

/** Returns what runs the calls of a model: for functions of this package, and not a method that callers and subclasses would see. */
export let callsOf: <T extends BaseModel>(model: ModelReads<T>) => ModelCalls<T>;

/** The reads of a model. */
export abstract class ModelReads<T extends BaseModel> extends ModelDeclarations<T> {
  readonly #options: DynamoModelOptions;
  readonly #calls: ModelCalls<T>;

  static {
    callsOf = (model) => model.#calls;
  }

  /** @param given options; or, for a model within a scope, its calls */
  constructor(given: DynamoModelOptions | ModelCalls<T> = {}) {
    super();
    const calls = given instanceof ModelCalls ? given : undefined;
    const options = given instanceof ModelCalls ? {} : given;
    this.#options = options;
    this.#calls =
      calls ??
      new ModelCalls(
        () => connect(options),
        () => this.logger,
        () => entityDefinitionOf(this),
      );
  }

  protected get logger(): ModelLogger {
    return this.#options.logger ?? defaultLogger();
  }

  /** Returns the entity, or null; with `attributes`, these alone and the id. An id may come with its prefix or without. */
  getById<const K extends ProjectedName<T>>(
    id: string,
    options: ReadOptions & Only<K>,
  ): Promise<Projected<T, K> | null>;
  getById(id: string, options?: ReadOptions): Promise<T | null>;
  getById(id: string, options: ReadOptions & Partial<Only<string>> = {}): Promise<T | null> {
    return this.#calls.run('getById', options, async ({ call, definition }, log) => {
      log.id = id;
      const key = storedId(definition.prefix, id);
      const projection = projectionOf(definition, options.attributes);
      const isConsistent = options.consistent === true;
      return this.#presentEntity(
        key === null ? undefined : await getItem(call, key, isConsistent, projection),
        projection,
      );
    });
  }

  /** Returns entities by position, null where there is none. Any number of ids; an id may occur more than once. */
  getByIds<const K extends ProjectedName<T>>(
    ids: readonly string[],
    options: ReadOptions & Only<K>,
  ): Promise<(Projected<T, K> | null)[]>;
  getByIds(ids: readonly string[], options?: ReadOptions): Promise<(T | null)[]>;
  getByIds(ids: readonly string[], options: ReadOptions & Partial<Only<string>> = {}): Promise<(T | null)[]> {
    return this.#calls.run('getByIds', options, async ({ call, definition }, log) => {
      log.count = ids.length;
      const keys = ids.map((id) => storedId(definition.prefix, id));
      const known = keys.filter((key) => key !== null);
      const projection = projectionOf(definition, options.attributes);
      const found = await getItems(call, known, options.consistent === true, projection);
      return keys.map((key) => this.#presentEntity(key === null ? undefined : found.get(key), projection));
    });
  }

  /** Prepares a read for `snapshot`: the entity, or null where there is none. */
  getting(id: string): PreparedRead<T | null> {
    const calls = this.#calls;
    return preparedRead({
      connection: () => calls.connection,
      begin: (operation, options) => calls.begin(operation, options),
      key: storedId(calls.definition.prefix, id),
      result: (item) => calls.presentOrNull(item),
    });
  }

  /** Returns all entities, by reading the whole table: claims and other entities are paid for too. */
  scanAll<const K extends ProjectedName<T>>(options: ScanOptions & Filter<T> & Only<K>): Promise<Projected<T, K>[]>;
  scanAll(options?: ScanOptions & Filter<T>): Promise<T[]>;
  async scanAll(options: ScanOptions & Filter<T> & Partial<Only<ProjectedName<T>>> = {}): Promise<unknown[]> {
    const all: unknown[] = [];
    for await (const page of this.scanPages(options)) for (const entity of page) all.push(entity);
    return all;
  }

  /** Yields all entities, page by page in bounded memory, in no order. */
  scanPages<const K extends ProjectedName<T>>(
    options: ScanOptions & Filter<T> & Only<K>,
  ): AsyncGenerator<Projected<T, K>[], void, undefined>;
  scanPages(options?: ScanOptions & Filter<T>): AsyncGenerator<T[], void, undefined>;
  async *scanPages(
    options: ScanOptions & Filter<T> & Partial<Only<string>> = {},
  ): AsyncGenerator<T[], void, undefined> {
    const run = this.#calls.begin('scan', options);
    const pages = scanSegments(run.call, this.#calls.definition, options, run.log);
    yield* loggedPages(pages as AsyncGenerator<T[]>, run);
  }

  /**
   * Returns one page of an index: up to `limit` items (default 100, at most 1,000) of this entity that meet the `filter`.
   * @throws InvalidCursorError for a cursor that this query did not give
   */
  query<const K extends ProjectedName<T>>(
    query: Query<T> & Only<K>,
    options?: CallOptions,
  ): Promise<Page<Projected<T, K>>>;
  query(query: Query<T>, options?: CallOptions): Promise<Page<T>>;
  query(query: Query<T> & Partial<Only<string>>, options: CallOptions = {}): Promise<Page<T>> {
    return this.#calls.run('query', options, async ({ call, definition }, log) => {
      const page = await queryPage(call, definition, query, log);
      log.count = page.items.length;
      return page as Page<T>;
    });
  }

  /** Yields all results of a query, page by page: of `limit` items where given, else as large as DynamoDB returns them (1 MB). */
  queryPages<const K extends ProjectedName<T>>(
    query: ForwardQuery<T> & Only<K>,
    options?: CallOptions,
  ): AsyncGenerator<Projected<T, K>[], void, undefined>;
  queryPages(query: ForwardQuery<T>, options?: CallOptions): AsyncGenerator<T[], void, undefined>;
  async *queryPages(
    query: ForwardQuery<T> & Partial<Only<string>>,
    options: CallOptions = {},
  ): AsyncGenerator<T[], void, undefined> {
    const run = this.#calls.begin('queryPages', options);
    const pages = queryAll(run.call, this.#calls.definition, query, run.log);
    yield* loggedPages(pages as AsyncGenerator<T[]>, run);
  }

  /** Returns the number of results of a query, or `atMost` where there are more; costs as much as reading them. */
  async count(query: ForwardQuery<T> & CountOptions, options: CallOptions = {}): Promise<number> {
    return this.#calls.run('count', options, async ({ call, definition }, log) => {
      log.count = await queryCount(call, definition, query, log);
      return log.count;
    });
  }

  /**
   * Returns the entities whose vectors are nearest to `near`, the nearest first: for models with `vectorIndex()`. DynamoDB searches approximately, in
   * an index that follows writes within moments, and returns no more than 100.
   * @throws TypeError, RangeError; IndexNotFoundError for a table without the index; VectorSearchUnsupportedError
   */
  search<const K extends ProjectedName<T>>(
    query: VectorQuery<T> & Only<K>,
    options?: CallOptions,
  ): Promise<Neighbour<Projected<T, K>>[]>;
  search(query: VectorQuery<T>, options?: CallOptions): Promise<Neighbour<T>[]>;
  async search(query: VectorQuery<T> & Partial<Only<string>>, options: CallOptions = {}): Promise<Neighbour<T>[]> {
    return this.#calls.run('search', options, async ({ call, definition }, log) => {
      const neighbours = await searchVectors(call, definition, query, log);
      log.count = neighbours.length;
      return neighbours as Neighbour<T>[];
    });
  }

  /**
   * Returns one page of the versions of an entity, the latest first, also of one that was deleted. For models with `keepsHistory()`; from an index,
   * which may be a moment behind.
   */
  async versionsOf(id: string, query: VersionsQuery = {}, options: CallOptions = {}): Promise<Page<EntityVersion<T>>> {
    return this.#calls.run('versionsOf', options, async ({ call, definition }, log) => {
      log.id = id;
      const key = storedId(definition.prefix, id);
      return key === null ? { items: [] } : versionsPage<T>(call, definition, key, query, log);
    });
  }

  /**
   * Returns the entity before and after the change in a stream record, of a Lambda event or of GetRecords. Returns null
   * if the record does not concern an entity of this model. A deleted entity is absent. An expired one is present until
   * DynamoDB removes it, days later.
   * @throws TypeError for a stream without NEW_AND_OLD_IMAGES
   */
  entityOf(record: StreamRecord): ChangedEntity<T> | null {
    return changedEntity<T>(this.#calls.definition, record);
  }

  #presentEntity(item: StoredItem | undefined, projection: Projection | undefined): T | null {
    if (!projection) return this.#calls.presentOrNull(item);
    return isPresent(this.#calls.definition, item) ? (projection.toEntity(item) as unknown as T) : null;
  }
}
