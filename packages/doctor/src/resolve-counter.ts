import type { CounterShards } from '@aws-starter-kit/dynamo';
import { contention, pause } from './database.js';
import { checkOwner, type Examination, isAlive } from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { asRead, type Condition, fenceOf, isTombstone, type Stored, stateAttributes } from './stored-item.js';
import { fenceLifetimeMs } from './tombstones.js';

/** A shard of a sharded counter: its model and counter, the id of its entity, and its number. */
interface Place {
  readonly model: ExaminedModel;
  readonly counter: CounterShards;
  readonly ownerId: string;
  readonly shard: number;
}

/** Returns the shard of a counter that has an id; undefined for the id of any other item. */
export function counterPlace(models: readonly ExaminedModel[], id: string): Place | undefined {
  for (const model of models) {
    for (const counter of model.stores.counters) {
      const place = counter.placeOf(id);
      if (place) return { model, counter, ...place };
    }
  }
  return undefined;
}

/** True for a shard that needs a consistent read. @param owner its entity, which may be read before its latest write */
export const isDoubtfulCounter = ({ model, counter, shard }: Place, owner: Stored | undefined): boolean =>
  shard >= counter.write || !isAlive(model, owner);

/**
 * Confirms by a transactional read what is wrong with a shard of a counter. With `fix`, the shard is deleted if its
 * entity is gone. If the model reads the shard but does not write it, it is added to a shard that the model writes.
 */
export async function resolveCounter(examination: Examination, id: string, place: Place): Promise<Finding | undefined> {
  const { database, fixes } = examination;
  const { model, counter, ownerId, shard } = place;
  const name = counter.definition.name;
  const targetId = id.replace(/\d+$/, String(shard % counter.write));
  for (let attempt = 1; ; attempt++) {
    const isMoved = shard >= counter.write;
    const [stored, owner, target] = await database.snapshot([id, ownerId, ...(isMoved ? [targetId] : [])]);
    if (!stored || isTombstone(stored)) return undefined;
    const isOrphan = !owner || isTombstone(owner);
    if (!isOrphan && (!isMoved || !isAlive(model, owner))) return undefined; // DynamoDB deletes an expired entity
    const kind = isOrphan ? 'orphan counter' : 'other shards';
    const what = isOrphan
      ? `${name}: entity is gone`
      : `${name}: shard ${shard} is not written, only 0 to ${counter.write - 1}`;
    const finding = { kind, ids: [ownerId], what } as const;
    // if the shard were deleted, an attempt that its fence keeps out could still be applied
    const isFenced = [stored, target].some((one) => one && fenceOf(one) >= Date.now() - fenceLifetimeMs);
    if (!fixes.has(kind) || isFenced) return { ...finding, outcome: 'left' };
    const Key = { id: { S: id } };
    const TableName = database.tableName;
    const remove = { Delete: { TableName, Key, ...asRead(stored.raw, counted) } };
    const others = isOrphan
      ? [checkOwner(TableName, model, ownerId, owner)]
      : [addition(TableName, targetId, stored, target)];
    if (await database.transact([remove, ...others])) return { ...finding, outcome: 'repaired' };
    await pause(attempt, contention(ownerId), database.signal);
  }
}

const counted = [...stateAttributes, '_countId', 'count'];

/** Returns the action that adds the count of a shard to another shard, which may be absent. */
function addition(TableName: string, id: string, from: Stored, to: Stored | undefined) {
  if (!to || isTombstone(to)) {
    const condition: Condition = to
      ? asRead(to.raw, stateAttributes)
      : { ConditionExpression: 'attribute_not_exists(id)' };
    return { Put: { TableName, Item: { ...from.raw, id: { S: id } }, ...condition } };
  }
  return {
    Update: {
      TableName,
      Key: { id: { S: id } },
      UpdateExpression: 'ADD #count :count',
      ConditionExpression: 'attribute_exists(#count)',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':count': from.raw.count ?? { N: '0' } },
    },
  };
}
