import type { Connection } from '../connection/connection.js';
import { type BaseModel, type StoredItem, toEntity } from '../entity/entity.js';
import { type EntityDefinition, isPresent } from '../entity/entity-definition.js';
import { scopedDefinition } from '../entity/scope.js';
import type { CallOptions, ModelLogger } from '../options.js';
import { Call } from './call.js';

const writes: ReadonlySet<string> = new Set([
  'create',
  'update',
  'upsert',
  'delete',
  'revert',
  'batchCreate',
  'batchUpdate',
  'batchDelete',
  'restore',
  'transact',
  'add',
]);
/** Powertools' thresholds: a line is written if the logger's level is not above it. */
const thresholds = { debug: 8, info: 12 } as const;

/** What every function of a call works with: the call that it is part of, and the entity that it is about. */
export interface Session {
  readonly call: Call;
  readonly definition: EntityDefinition;
}

/** One run of a model's method. */
export interface Run {
  readonly call: Call;
  /** Ids and counts for its log line; never names, emails or other values. */
  readonly log: Record<string, string | number | undefined>;
  /** Writes the line: operation, ids, counts, duration, cost. Costs nothing where the level is off. */
  end(error?: unknown): void;
}

/** Items beside the entities of a model, such as those of a sharded counter, which end with their entity. */
export interface Dependants {
  /** Deletes those of entities that were deleted. @param ids of the entities, stored or unprefixed */
  release(call: Call, ids: readonly string[]): Promise<unknown>;
}

/** Runs the calls of one model: connects at the first one, writes their log lines, and converts items to entities. */
export class ModelCalls<T extends BaseModel> {
  readonly #connect: () => Connection;
  readonly #logger: () => ModelLogger;
  readonly #definition: () => EntityDefinition;
  #connected: Connection | undefined;
  readonly dependants: Dependants[];

  constructor(
    connect: () => Connection,
    logger: () => ModelLogger,
    definition: () => EntityDefinition,
    dependants: Dependants[] = [],
  ) {
    this.#connect = connect;
    this.#logger = logger;
    this.#definition = definition;
    this.dependants = dependants;
  }

  get connection(): Connection {
    this.#connected ??= this.#connect();
    return this.#connected;
  }

  get definition(): EntityDefinition {
    return this.#definition();
  }

  /** Returns the calls of the same model for the entities of a scope alone. @throws the errors of `scopedDefinition` */
  within(scope: object): ModelCalls<T> {
    const definition = scopedDefinition(this.definition, scope);
    return this.beside(() => definition, this.dependants);
  }

  /** Returns calls about another definition, on the same connection and with the same logger. */
  beside<U extends BaseModel>(definition: () => EntityDefinition, dependants?: Dependants[]): ModelCalls<U> {
    return new ModelCalls(() => this.connection, this.#logger, definition, dependants);
  }

  /** Deletes what depended on entities, once their own deletion is committed. What fails is left: the doctor finds it. */
  async release(call: Call, ids: readonly string[]): Promise<void> {
    await Promise.allSettled(this.dependants.map((one) => one.release(call, ids)));
  }

  /** Begins a run, which has to be ended; writes are logged at INFO, reads at DEBUG. */
  begin(operation: string, options: CallOptions): Run {
    const { name: entity } = this.definition;
    const logger = this.#logger();
    const level = writes.has(operation) ? 'info' : 'debug';
    const isLogged = logger.level <= thresholds[level];
    const call = new Call(this.connection, options, { isOn: isLogged, requests: 0, capacityUnits: 0, written: [] });
    const began = performance.now();
    const log: Run['log'] = {};
    const end = (error?: unknown) => {
      if (!isLogged) return;
      const { requests, capacityUnits, written } = call.meter;
      const durationMs = Math.round(performance.now() - began);
      const failure = error === undefined ? undefined : { error: error instanceof Error ? error.name : typeof error };
      const writes = written.length > 0 && { written };
      const line = { entity, operation, ...log, durationMs, requests, capacityUnits, ...writes, ...failure };
      try {
        logger[level](`${entity}.${operation}`, line);
      } catch {
        // the call has ended: a logger that fails must not turn a committed write into an error
      }
    };
    return { call, log, end };
  }

  /** Runs a method's work, and writes its line. */
  async run<R>(
    operation: string,
    options: CallOptions,
    work: (session: Session, log: Run['log']) => Promise<R>,
  ): Promise<R> {
    const { call, log, end } = this.begin(operation, options);
    try {
      const result = await work({ call, definition: this.definition }, log);
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  toEntity(item: StoredItem): T {
    return toEntity<T>(item, this.definition.prefix);
  }

  presentOrNull(item: StoredItem | undefined): T | null {
    return isPresent(this.definition, item) ? this.toEntity(item) : null;
  }
}

/** Yields the pages of a method, counts their items, and writes its line at the end, also where the reader stops early. */
export async function* loggedPages<T>(
  pages: AsyncGenerator<T[]>,
  { log, end }: Run,
): AsyncGenerator<T[], void, undefined> {
  let count = 0;
  let failure: unknown;
  try {
    for await (const page of pages) {
      count += page.length;
      yield page;
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    log.count = count;
    end(failure);
  }
}
