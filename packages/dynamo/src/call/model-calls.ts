import type { LogAttributes } from '@aws-lambda-powertools/logger/types';
import type { Connection } from '../connection/connection.js';
import type { CounterShards } from '../entity/counter-shards.js';
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

/** Ids and counts for the log line of a run; never names, emails or other values. */
export type RunLog = Record<string, string | number | undefined>;

/** One run of a model's method. */
export class Run {
  readonly call: Call;
  readonly log: RunLog = {};
  readonly #entity: string;
  readonly #operation: string;
  readonly #logger: ModelLogger;
  readonly #began = performance.now();

  constructor(
    { connection, entity, logger }: { connection: Connection; entity: string; logger: ModelLogger },
    operation: string,
    options: CallOptions,
  ) {
    const isOn = logger.level <= thresholds[levelOf(operation)];
    this.call = new Call(connection, options, { isOn, requests: 0, capacityUnits: 0, written: [] });
    this.#entity = entity;
    this.#operation = operation;
    this.#logger = logger;
  }

  /** Writes the line: operation, ids, counts, duration, cost. Costs nothing where the level is off. */
  end(error?: unknown): void {
    const { isOn, requests, capacityUnits, written } = this.call.meter;
    if (!isOn) return;
    const operation = this.#operation;
    const entity = this.#entity;
    // no spreads: Node 20 allocates a new hidden class for every literal that continues after a leading spread
    const line: LogAttributes = Object.assign({ entity, operation }, this.log);
    line.durationMs = Math.round(performance.now() - this.#began);
    line.requests = requests;
    line.capacityUnits = capacityUnits;
    if (written.length > 0) line.written = written;
    if (error !== undefined) line.error = error instanceof Error ? error.name : typeof error;
    try {
      this.#logger[levelOf(operation)](`${entity}.${operation}`, line);
    } catch {
      // the call has ended: a logger that fails must not turn a committed write into an error
    }
  }
}

/** A sharded counter of a model. Its shards are items of their own, which are deleted with their entity. */
export interface ModelCounter {
  readonly name: string;
  /** Returns how its shards are stored. Reads the model's declarations, so a model under construction cannot call it. */
  shards(): CounterShards;
  /** Deletes the shards of entities that are gone. @param callOf returns the call for each step @param ids of the entities, stored or unprefixed */
  deleteShards(callOf: () => Call, ids: readonly string[]): Promise<unknown>;
}

/** Returns a call for what follows from another one, in the time that it has left. */
export const following = ({ connection, rest, meter }: Call): Call => new Call(connection, rest, meter);

const levelOf = (operation: string) => (writes.has(operation) ? 'info' : 'debug');

/** Runs the calls of one model: connects at the first one, writes their log lines, and converts items to entities. */
export class ModelCalls<T extends BaseModel> {
  readonly #connect: () => Connection;
  readonly #logger: () => ModelLogger;
  readonly #definition: () => EntityDefinition;
  #connected: Connection | undefined;
  /** A model adds its sharded counters while it is constructed. */
  readonly counters: ModelCounter[];

  constructor(
    connect: () => Connection,
    logger: () => ModelLogger,
    definition: () => EntityDefinition,
    counters: ModelCounter[] = [],
  ) {
    this.#connect = connect;
    this.#logger = logger;
    this.#definition = definition;
    this.counters = counters;
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
    return this.beside(() => definition, this.counters);
  }

  /** Returns calls for another definition, with the same connection and logger. @param counters default: none */
  beside<U extends BaseModel>(definition: () => EntityDefinition, counters?: ModelCounter[]): ModelCalls<U> {
    return new ModelCalls(() => this.connection, this.#logger, definition, counters);
  }

  /** Deletes the sharded counters of entities whose deletion is committed. Never rejects: the doctor finds shards that are left. */
  async deleteCounters(callOf: () => Call, ids: readonly string[]): Promise<void> {
    await Promise.allSettled(this.counters.map((counter) => counter.deleteShards(callOf, ids)));
  }

  /** Begins a run, which has to be ended; writes are logged at INFO, reads at DEBUG. */
  begin(operation: string, options: CallOptions): Run {
    const { connection, definition } = this;
    return new Run({ connection, entity: definition.name, logger: this.#logger() }, operation, options);
  }

  /** Runs a method's work, and writes its line. */
  async run<R>(
    operation: string,
    options: CallOptions,
    work: (session: Session, log: RunLog) => Promise<R>,
  ): Promise<R> {
    const run = this.begin(operation, options);
    try {
      const result = await work({ call: run.call, definition: this.definition }, run.log);
      run.end();
      return result;
    } catch (error) {
      run.end(error);
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
export async function* loggedPages<T>(pages: AsyncGenerator<T[]>, run: Run): AsyncGenerator<T[], void, undefined> {
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
    run.log.count = count;
    run.end(failure);
  }
}
