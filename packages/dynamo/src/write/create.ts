import { randomUUID } from 'node:crypto';
import { classifyStoredItem, type FailedConditions } from '../call/condition-failure.js';
import type { Session } from '../call/model-calls.js';
import {
  type Attributes,
  fenceAttribute,
  getCurrentTimestamp,
  isManagedAttribute,
  type StoredItem,
  versionOf,
  writeIdAttribute,
} from '../entity/entity.js';
import { type EntityDefinition, givenAttributes, isAlive } from '../entity/entity-definition.js';
import { newStoredId } from '../entity/entity-id.js';
import { checkExpiry, checkSize, measure } from '../entity/item-validation.js';
import { parseNew } from '../entity/schema.js';
import { checkScope, withScope } from '../entity/scope.js';
import { storedKeys } from '../entity/stored-keys.js';
import { checkVector } from '../entity/vector-index.js';
import { UniqueConstraintError } from '../errors.js';
import { absentOrExpired, guardExpressions } from '../expressions/update-expression.js';
import { shallowMerge } from '../shallow-merge.js';
import { acquireClaims, evictions, remainingTakeovers, type Takeover, takeoversOf } from './claim-takeover.js';
import { keepVersion } from './keep-version.js';
import {
  applied,
  failed,
  indeterminate,
  metItem,
  noteWritten,
  type PendingWrite,
  type WriteStep,
} from './pending-write.js';
import { type Claim, claimFor, rejectUnclaimed } from './unique-claims.js';

/** An entity that is ready to be written: nothing about it changes from attempt to attempt. */
export interface PreparedCreate {
  readonly item: StoredItem;
  readonly claims: readonly Claim[];
  /** The data as given: older items may be found under the spelling that the caller typed. */
  readonly rawInput: Attributes;
  readonly bytes: number;
  readonly writeId: string;
  readonly sentAt: number;
  /** Of a restore: true for a stored entity of the same version and attributes, which leaves nothing to write. */
  readonly isRestored?: (stored: StoredItem) => boolean;
}

/**
 * Makes the item of a new entity, with id, keys and claims.
 * @param givenId with the prefix or without; else the model generates one
 * @throws InvalidItemError, ItemTooLargeError before anything is sent
 */
export async function prepareCreate(
  definition: EntityDefinition,
  data: object,
  givenId?: string,
): Promise<PreparedCreate> {
  const rawInput = withScope(definition, givenAttributes(data));
  const given = definition.normalise(await parseNew(definition.schema, rawInput));
  checkScope(definition, given);
  const id = newStoredId(definition.prefix, givenId ?? (await definition.generateId({ ...given })));
  return preparedItem(definition, id, shallowMerge(given, { createdAt: getCurrentTimestamp(), version: 1 }), rawInput);
}

/**
 * Makes the item of an entity that is written whole: its keys, claims and stamp follow from its attributes.
 * @throws InvalidItemError, ItemTooLargeError
 */
export function preparedItem(
  definition: EntityDefinition,
  id: string,
  attributes: Attributes,
  rawInput: Attributes,
): PreparedCreate {
  const writeId = randomUUID();
  const entity = shallowMerge(attributes, { id: id.slice(definition.prefix.length) });
  const ownBytes = measure(entity); // a value that cannot be stored is named before a key is made of it
  checkExpiry(definition.expiry, entity);
  checkVector(definition.vectors, entity);
  const keys = storedKeys(definition, entity);
  const added = shallowMerge(keys, { [writeIdAttribute]: writeId });
  const bytes = checkSize(ownBytes + definition.prefix.length + measure(added));
  const claims = definition.unique.flatMap((unique) => claimFor(definition, unique, entity) ?? []);
  const item = shallowMerge(shallowMerge(entity, { id }), added);
  return { item, claims, rawInput, bytes, writeId, sentAt: Date.now() };
}

/** Returns the write of a new entity with its claims. @throws UniqueConstraintError where older data holds one of its values */
export async function creating(session: Session, prepared: PreparedCreate): Promise<PendingWrite<StoredItem>> {
  await rejectUnclaimed(session, prepared.claims, prepared.rawInput, prepared.item.id);
  return createStep(session, prepared);
}

/** What a create replaces and takes over; at first nothing, since nothing is read before. */
interface Leftovers {
  /** The tombstone or expired item under its id, to be replaced under the state that was met. */
  readonly replaced?: StoredItem | undefined;
  readonly takeovers?: readonly Takeover[];
}

function createStep(
  session: Session,
  prepared: PreparedCreate,
  { replaced, takeovers = [] }: Leftovers = {},
): PendingWrite<StoredItem> {
  const { definition, call } = session;
  const { item, claims, bytes, writeId, sentAt } = prepared;
  const TableName = call.connection.tableName;
  const version = keepVersion(session, item, !prepared.isRestored);
  const fence = replaced?.[fenceAttribute];
  const put = {
    TableName,
    Item: fence === undefined ? item : shallowMerge(item, { [fenceAttribute]: fence }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const condition = replaced ? guardExpressions({ state: replaced }) : absentOrExpired(definition, item.createdAt);
  const others = [...acquireClaims(session, claims, item, takeovers), ...evictions(session, takeovers)];
  return {
    is: 'pending',
    id: item.id,
    stamp: { attribute: writeIdAttribute, id: writeId },
    sentAt,
    actions: [{ Put: shallowMerge(put, condition) }, ...others, ...version.actions],
    bytes: bytes + version.bytes,
    isInsert: !replaced,
    comparesState: replaced !== undefined,
    onCommitted: () => created(session, item),
    onConditionFailed: (conditions, abandoned) => {
      if (conditions.has(0)) return afterIdTaken(session, prepared, metItem(conditions), abandoned, takeovers);
      const next = conditions.has(1 + others.length) ? aMillisecondLater(session, prepared) : prepared;
      return afterClaimsHeld(session, next, conditions, { replaced, takeovers });
    },
  };
}

/** Returns the same create with a later `createdAt`, which tells the lives of an id apart. */
function aMillisecondLater({ definition }: Session, { item, rawInput }: PreparedCreate): PreparedCreate {
  const own = Object.entries(item).filter(([name]) => !isManagedAttribute(name));
  const createdAt = new Date(Math.max(Date.now(), Date.parse(String(item.createdAt)) + 1)).toISOString();
  return preparedItem(definition, item.id, { ...Object.fromEntries(own), createdAt, version: 1 }, rawInput);
}

function created(session: Session, item: StoredItem): StoredItem {
  noteWritten(session, item.id, { versionAfter: versionOf(item) });
  return item;
}

function afterIdTaken(
  session: Session,
  prepared: PreparedCreate,
  met: StoredItem | undefined,
  abandoned: boolean,
  takeovers: readonly Takeover[],
): WriteStep<StoredItem> {
  const { definition } = session;
  const { item, writeId, sentAt } = prepared;
  if (!met) return createStep(session, prepared, { takeovers });
  const preparedAt = new Date(sentAt).toISOString();
  if (classifyStoredItem(met, { writeId, abandoned, preparedAt }) === 'applied') return applied(created(session, item));
  const isOwnLife = abandoned && met.createdAt === item.createdAt; // updated since, so that it has expired
  if (!isAlive(definition, met)) {
    if (!isOwnLife) return createStep(session, prepared, { replaced: met, takeovers });
    if (!prepared.isRestored) return applied(created(session, item));
    // its life began before the restore, so it may also have expired before
    return versionOf(met) > versionOf(item)
      ? indeterminate()
      : createStep(session, prepared, { replaced: met, takeovers });
  }
  if (prepared.isRestored?.(met)) return applied(item);
  if (abandoned && versionOf(met) !== versionOf(item)) return indeterminate();
  return failed(new UniqueConstraintError('id', item.id.slice(definition.prefix.length)));
}

async function afterClaimsHeld(
  session: Session,
  prepared: PreparedCreate,
  conditions: FailedConditions,
  { replaced, takeovers = [] }: Leftovers,
): Promise<WriteStep<StoredItem>> {
  const { claims } = prepared;
  const isHeld = claims.some((_, i) => conditions.has(1 + i));
  const next = isHeld
    ? await takeoversOf(session, claims, conditions, 1)
    : remainingTakeovers(session, takeovers, conditions, 1 + claims.length);
  return next instanceof UniqueConstraintError
    ? failed(next)
    : createStep(session, prepared, { replaced, takeovers: next });
}
