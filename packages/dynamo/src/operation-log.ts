import type { Logger } from '@aws-lambda-powertools/logger';
import { Call } from './call.js';
import type { Connection } from './connection.js';
import type { CallOptions } from './options.js';

const writes: ReadonlySet<string> = new Set(['create', 'update', 'delete', 'batchCreate', 'batchDelete', 'transact']);
/** Powertools' thresholds: a line is written if the logger's level is not above it. */
const thresholds = { debug: 8, info: 12 } as const;

/** One run of a model's method. */
export interface Run {
  readonly call: Call;
  /** Ids and counts for its line; never names, addresses or other values. */
  readonly log: Record<string, string | number | undefined>;
  /** Writes the line: what, which ids, how many, how long, at what cost. Costs nothing where the level is off. */
  end(error?: unknown): void;
}

/** Begins a method's run; writes are logged at INFO, reads at DEBUG. */
export function beginRun(
  entity: string,
  operation: string,
  logger: Logger,
  connection: Connection,
  options: CallOptions,
): Run {
  const level = writes.has(operation) ? 'info' : 'debug';
  const isLogged = logger.level <= thresholds[level];
  const call = new Call(connection, options, { isOn: isLogged, requests: 0, capacityUnits: 0 });
  const began = performance.now();
  const log: Run['log'] = {};
  const end = (error?: unknown) => {
    if (!isLogged) return;
    const { requests, capacityUnits } = call.meter;
    const durationMs = Math.round(performance.now() - began);
    const failure = error === undefined ? undefined : { error: error instanceof Error ? error.name : typeof error };
    const line = { entity, operation, ...log, durationMs, requests, capacityUnits, ...failure };
    logger[level](`${entity}.${operation}`, line);
  };
  return { call, log, end };
}
