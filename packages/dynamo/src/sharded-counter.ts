import type { Dependants, Session } from './call/model-calls.js';
import { type CounterOptions, type CounterShards, checkCounter, counterShards } from './entity/counter-shards.js';
import type { BaseModel, StoredItem } from './entity/entity.js';
import { isPresent } from './entity/entity-definition.js';
import { InvalidItemError } from './invalid-item-error.js';
import { callsOf, type ModelReads } from './model-reads.js';
import type { CallOptions, ReadOptions } from './options.js';
import { getItems } from './read/get-item.js';
import { addToCounter } from './write/add-to-counter.js';
import { deleteItems } from './write/batch-write.js';

/** A number of each entity of a model that takes more adds than one item does. */
export interface ShardedCounter {
  /**
   * Adds to the counter of an entity, 1 by default, in one of its shards, chosen at random. Never adds twice. It does not check that there is such
   * an entity.
   * @throws RangeError for an amount that is no whole number; WriteOutcomeUnknownError where the answer was lost, and another add to the same shard
   * hides whether this one was applied; InvalidItemError for an id that is empty or too long, and a shard past 2^53 - 1; the errors of all writes
   */
  add(id: string, amount?: number, options?: CallOptions): Promise<void>;
  /** Returns the sum of all adds; 0 where there was none. With `consistent`, it has every add that was acknowledged before. */
  get(id: string, options?: ReadOptions): Promise<number>;
  /** Returns the sums of several entities, by position. */
  getMany(ids: readonly string[], options?: ReadOptions): Promise<number[]>;
}

/** For `inspect`: the counters of a model are among its dependants. */
export interface CounterDependants extends Dependants {
  readonly name: string;
  shards(): CounterShards;
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
 * A delete of the entity deletes the items of its counters. For a number that takes fewer than about 1,000 adds a second, `counters()` is simpler.
 * @throws TypeError for another name than letters, digits and _, a name that the model has already, or a number of shards that is not 1 to 100
 */
export function shardedCounter<T extends BaseModel>(
  model: ModelReads<T>,
  name: string,
  options: CounterOptions,
): ShardedCounter {
  checkCounter(name, options);
  const owner = callsOf(model);
  if (owner.dependants.some((one) => (one as CounterDependants).name === name))
    throw new TypeError(`The model has two sharded counters of the name ${name}`);
  let resolved: CounterShards | undefined;
  // at the first use, since a subclass may still be under construction
  const shards = () => {
    resolved ??= counterShards(owner.definition, name, options);
    return resolved;
  };
  const calls = owner.beside(() => shards().definition);
  const sumsOf = ({ call, definition }: Session, ids: readonly string[], isConsistent: boolean) =>
    readSums(shards(), ids, async (all) => presentIn(definition, await getItems(call, all, isConsistent)));
  const self: CounterDependants = {
    name,
    shards,
    async release(call, ids) {
      const { definition } = shards();
      const all = ids.flatMap((id) => shards().ids(id));
      const found = await getItems(call, all, true); // most entities have few of them, and each delete is a write
      await deleteItems({ call, definition }, [...found.keys()]);
    },
  };
  owner.dependants.push(self);
  return {
    async add(id, amount = 1, given = {}) {
      if (!Number.isSafeInteger(amount)) throw new RangeError(`${name}.add takes a whole number, and not ${amount}`);
      const ids = shards().ids(id);
      if (ids.length === 0) throw new InvalidItemError('id', id === '' ? 'empty key' : 'pk over 2,048 bytes');
      await calls.run('add', given, async (session, log) => {
        log.id = id;
        await addToCounter(session, ids[Math.floor(Math.random() * shards().write)] as string, amount);
      });
    },
    async get(id, given = {}) {
      const ids = [id];
      return calls.run('get', given, async (session, log) => {
        log.id = id;
        const [sum = 0] = await sumsOf(session, ids, given.consistent === true);
        return sum;
      });
    },
    async getMany(ids, given = {}) {
      return calls.run('getMany', given, async (session, log) => {
        log.count = ids.length;
        return sumsOf(session, ids, given.consistent === true);
      });
    },
  };
}

type Counts = ReadonlyMap<string, StoredItem>;

function presentIn(definition: Session['definition'], found: Counts): Counts {
  return new Map([...found].filter(([, item]) => isPresent(definition, item)));
}

async function readSums(
  shards: CounterShards,
  ids: readonly string[],
  read: (all: string[]) => Promise<Counts>,
): Promise<number[]> {
  const each = ids.map((id) => shards.ids(id));
  const found = await read(each.flat());
  return each.map((own) => own.reduce((sum, id) => sum + Number(found.get(id)?.count ?? 0), 0));
}
