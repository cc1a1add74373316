import type { Session } from './call/model-calls.js';
import { type CounterOptions, type CounterShards, checkCounter, counterShards } from './entity/counter-shards.js';
import type { BaseModel, StoredItem } from './entity/entity.js';
import { isPresent, isTombstone } from './entity/entity-definition.js';
import { storedId } from './entity/entity-id.js';
import { InvalidItemError } from './invalid-item-error.js';
import { callsOf, type ModelReads } from './model-reads.js';
import type { CallOptions, ReadOptions } from './options.js';
import { getItems } from './read/get-item.js';
import { addToCounter } from './write/add-to-counter.js';
import { deleteItems } from './write/batch-write.js';

/** A number of each entity of a model. It accepts more adds per second than one item does. */
export interface ShardedCounter {
  /**
   * Adds to the counter of an entity, in one of its shards, chosen at random. Never adds twice. Does not check that the entity exists.
   * @param amount a whole number, also a negative one; default: 1
   * @throws RangeError for an amount that is not a whole number; InvalidItemError for an id that is empty or too long, and where the shard would
   * exceed 2^53 - 1; WriteOutcomeUnknownError where the answer was lost, and nothing shows whether the add was applied; the errors of all writes
   */
  add(id: string, amount?: number, options?: CallOptions): Promise<void>;
  /** Returns the sum of all adds, or 0 if there was none. With `consistent`, it includes every add acknowledged before the call. */
  get(id: string, options?: ReadOptions): Promise<number>;
  /** Returns the sums of several entities, by position. */
  getMany(ids: readonly string[], options?: ReadOptions): Promise<number[]>;
}

/**
 * Declares a counter of a model's entities that is spread over several items:
 *
 * ```ts
 * class IssueModel extends DynamoModel<Issue> {
 *   readonly views = shardedCounter(this, 'views', { shards: 16 });
 * }
 * await issues.views.add(id);
 * console.log(await issues.views.get(id));
 * ```
 *
 * A delete of the entity deletes the items of its counters. For a number with fewer than about 1,000 adds a second, `counters()` is simpler.
 * @param name a letter, then letters, digits and _; it is part of the stored ids
 * @throws TypeError for any other name, a second counter of the same name, or `shards` or `write` out of their ranges
 */
export function shardedCounter<T extends BaseModel>(
  model: ModelReads<T>,
  name: string,
  options: CounterOptions,
): ShardedCounter {
  checkCounter(name, options);
  const owner = callsOf(model);
  if (owner.counters.some((counter) => counter.name === name))
    throw new TypeError(`The model has two sharded counters named ${name}`);
  let resolved: CounterShards | undefined;
  // resolved at the first use, since the model is still under construction
  const shards = () => {
    resolved ??= counterShards(owner.definition, name, options);
    return resolved;
  };
  const calls = owner.beside(() => shards().definition);
  owner.counters.push({
    name,
    shards,
    async deleteShards(callOf, ids) {
      const owners = ids.flatMap((id) => storedId(owner.definition.prefix, id) ?? []);
      const all = owners.flatMap((id) => [id, ...shards().ids(id)]);
      const found = await getItems(callOf(), all, true); // most entities have few shards, and each delete is a write
      // to delete what was absent is a success too: an entity of another scope is there, and so is one that was created since
      const gone = owners.filter((id) => isAbsent(found.get(id)));
      const left = gone.flatMap((id) => shards().ids(id)).filter((id) => found.has(id));
      await deleteItems({ call: callOf(), definition: shards().definition }, left);
    },
  });
  return {
    async add(id, amount = 1, given = {}) {
      if (!Number.isSafeInteger(amount)) throw new RangeError(`${name}.add takes a whole number, not ${amount}`);
      const ids = shards().ids(id);
      if (ids.length === 0) throw new InvalidItemError('id', id === '' ? 'empty key' : 'pk over 2,048 bytes');
      await calls.run('add', given, async (session, log) => {
        log.id = id;
        await addToCounter(session, ids[Math.floor(Math.random() * shards().write)] as string, amount);
      });
    },
    async get(id, given = {}) {
      return calls.run('get', given, async (session, log) => {
        log.id = id;
        const [sum = 0] = await readSums(session, shards(), [id], given);
        return sum;
      });
    },
    async getMany(ids, given = {}) {
      return calls.run('getMany', given, async (session, log) => {
        log.count = ids.length;
        return readSums(session, shards(), ids, given);
      });
    },
  };
}

const isAbsent = (item: StoredItem | undefined) => item === undefined || isTombstone(item);

/** Reads the shards of some entities, and returns the sum for each entity, by position. */
async function readSums(
  { call, definition }: Session,
  shards: CounterShards,
  ids: readonly string[],
  { consistent = false }: ReadOptions,
): Promise<number[]> {
  const shardsOfEach = ids.map((id) => shards.ids(id));
  const found = await getItems(call, shardsOfEach.flat(), consistent);
  const countOf = (shardId: string) => {
    const item = found.get(shardId);
    return isPresent(definition, item) ? Number(item.count ?? 0) : 0;
  };
  return shardsOfEach.map((shardIds) => shardIds.reduce((sum, shardId) => sum + countOf(shardId), 0));
}
