import type { Run } from '../call/model-calls.js';
import type { Connection } from '../connection/connection.js';
import type { StoredItem } from '../entity/entity.js';
import type { CallOptions } from '../options.js';

/** What `snapshot` needs of a prepared read. It is kept from callers, to whom a prepared read is opaque. */
export interface ReadPlan {
  readonly connection: () => Connection;
  readonly begin: (operation: string, options: CallOptions) => Run;
  /** The stored id; null where no item can have it. */
  readonly key: string | null;
  /** Returns the entity of the item, or null. */
  readonly result: (item: StoredItem | undefined) => unknown;
}

declare const result: unique symbol;

/** A read that `getting` of a model has prepared for `snapshot`. Nothing is sent for it before. */
export interface PreparedRead<R> {
  /** Never set: it carries the type of the result. */
  readonly [result]?: () => R;
}

const plans = new WeakMap<PreparedRead<unknown>, ReadPlan>();

/** Returns a prepared read for a plan. */
export function preparedRead<R>(plan: ReadPlan): PreparedRead<R> {
  const read: PreparedRead<R> = Object.freeze({});
  plans.set(read, plan);
  return read;
}

function planOf(read: PreparedRead<unknown>, part: number): ReadPlan {
  const plan = plans.get(read);
  if (plan) return plan;
  throw new TypeError(`Part ${part} is no prepared read: it takes what getting() of a model returns`);
}

type Results<P extends readonly PreparedRead<unknown>[]> = {
  -readonly [I in keyof P]: P[I] extends PreparedRead<infer R> ? R : never;
};

/** DynamoDB's limit of a TransactGetItems. */
const maxReads = 100;

/**
 * Reads entities of one or several models as they were at one moment (TransactGetItems): up to 100, in one table, at twice the units of
 * strongly consistent reads. Returns them by position, null where there is none.
 *
 * ```ts
 * const [order, customer] = await snapshot([orders.getting(orderId), customers.getting(customerId)]);
 * ```
 * @throws TypeError for more than 100 entities, or parts of several tables
 */
export async function snapshot<const P extends readonly PreparedRead<unknown>[]>(
  parts: P,
  options: CallOptions = {},
): Promise<Results<P>> {
  const planned = parts.map(planOf);
  const [first] = planned;
  if (!first) return [] as unknown as Results<P>;
  if (planned.some(({ connection }) => connection() !== first.connection())) {
    throw new TypeError('The parts of a snapshot need one table and one client: give their models the same options');
  }
  const keys = [...new Set(planned.flatMap(({ key }) => key ?? []))];
  if (keys.length > maxReads) throw new TypeError(`A snapshot has ${keys.length} entities; DynamoDB reads 100 at once`);
  const run = first.begin('snapshot', options);
  run.log.count = parts.length;
  try {
    const { call } = run;
    const TableName = call.connection.tableName;
    const TransactItems = keys.map((id) => ({ Get: { TableName, Key: { id } } }));
    const { Responses = [] } = keys.length > 0 ? await call.read('TransactGetItems', { TransactItems }) : {};
    const items = new Map(keys.map((key, i) => [key, Responses[i]?.Item as StoredItem | undefined]));
    run.end();
    return planned.map((plan) => plan.result(plan.key === null ? undefined : items.get(plan.key))) as Results<P>;
  } catch (error) {
    run.end(error);
    throw error;
  }
}
