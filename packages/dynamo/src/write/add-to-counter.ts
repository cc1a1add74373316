import { randomUUID } from 'node:crypto';
import type { Session } from '../call/model-calls.js';
import {
  countIdAttribute,
  fenceAttribute,
  getCurrentTimestamp,
  hasStamp,
  type Stamp,
  tombstoneAttribute,
} from '../entity/entity.js';
import { isTombstone } from '../entity/entity-definition.js';
import { UniqueConstraintError } from '../errors.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { commit } from './commit.js';
import { creating, prepareCreate } from './create.js';
import {
  applied,
  failed,
  indeterminate,
  metItem,
  noteWritten,
  type PendingWrite,
  type WriteStep,
} from './pending-write.js';

/**
 * Adds to a shard of a counter by one UpdateItem, which also creates the shard. If the first add took two requests, a new counter might never be
 * created while its partition throttles. Like any count, an add has a stamp of its own, and is not retried after an attempt without an answer.
 * @param id the stored id of the shard
 * @throws WriteOutcomeUnknownError, InvalidItemError for a count beyond 2^53 - 1, and the errors of all writes
 */
export async function addToCounter(session: Session, id: string, amount: number): Promise<void> {
  const stamp: Stamp = { attribute: countIdAttribute, id: randomUUID() };
  await commit(session, addition(session, { id, amount, stamp, sentAt: Date.now() }));
}

interface Addition {
  readonly id: string;
  readonly amount: number;
  readonly stamp: Stamp;
  readonly sentAt: number;
}

const mayAdd = [
  'attribute_not_exists(#tombstone)',
  '(attribute_not_exists(#fence) OR #fence < :sentAt)',
  '(attribute_not_exists(#stamp) OR #stamp <> :stamp)',
  '(attribute_not_exists(#count) OR #count BETWEEN :least AND :most)',
].join(' AND ');

function addition(session: Session, add: Addition): PendingWrite<void> {
  const { id, amount, stamp, sentAt } = add;
  const most = Number.MAX_SAFE_INTEGER;
  const update = {
    TableName: session.call.connection.tableName,
    Key: { id },
    UpdateExpression:
      'SET #stamp = :stamp, #version = if_not_exists(#version, :one), #createdAt = if_not_exists(#createdAt, :now) ADD #count :amount',
    ConditionExpression: mayAdd,
    ExpressionAttributeNames: {
      '#stamp': stamp.attribute,
      '#version': 'version',
      '#createdAt': 'createdAt',
      '#count': 'count',
      '#fence': fenceAttribute,
      '#tombstone': tombstoneAttribute,
    },
    ExpressionAttributeValues: {
      ':stamp': stamp.id,
      ':one': 1,
      ':now': getCurrentTimestamp(),
      ':amount': amount,
      ':sentAt': sentAt,
      ':least': -most - Math.min(amount, 0),
      ':most': most - Math.max(amount, 0),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const added = () => noteWritten(session, id, {});
  return {
    is: 'pending',
    id,
    stamp,
    sentAt,
    actions: [{ Update: update }],
    bytes: 0,
    isNonIdempotent: true,
    comparesState: false,
    onCommitted: added,
    onConditionFailed(conditions, abandoned): WriteStep<void> | Promise<WriteStep<void>> {
      const met = metItem(conditions);
      if (met && hasStamp(met, stamp)) return isTombstone(met) ? indeterminate() : applied(added());
      if (abandoned) return indeterminate();
      if (met && isTombstone(met)) return createOverTombstone(session, add);
      const fence = Number(met?.[fenceAttribute] ?? 0);
      // the fence keeps out attempts that were sent before it, so this add is sent again as of a later time
      if (fence >= sentAt) return addition(session, { ...add, sentAt: Math.max(Date.now(), fence + 1) });
      return met ? failed(new InvalidItemError('count', 'unsafe integer')) : addition(session, add); // deleted since
    },
  };
}

/** Creates a shard in the place of a tombstone, by the rules of a create: they keep its fence, so that no late attempt can take effect. */
async function createOverTombstone(session: Session, add: Addition): Promise<WriteStep<void>> {
  const create = await prepareCreate(session.definition, { count: add.amount }, add.id);
  return asAddition(session, add, await creating(session, create));
}

/** Returns the step of a create as that of an add. If another add has created the shard, this one is sent to it, unless it may have been applied. */
function asAddition(session: Session, add: Addition, step: WriteStep<unknown>): WriteStep<void> {
  if (step.is === 'applied') return applied(undefined);
  if (step.is !== 'pending') return step;
  return {
    ...step,
    onCommitted: (returned, abandoned) => void step.onCommitted(returned, abandoned),
    onConditionFailed: async (conditions, abandoned) => {
      const next = await step.onConditionFailed(conditions, abandoned);
      const isTaken = next.is === 'failed' && next.error instanceof UniqueConstraintError;
      if (!isTaken) return asAddition(session, add, next);
      return abandoned ? indeterminate() : addition(session, { ...add, sentAt: Date.now() });
    },
  };
}
