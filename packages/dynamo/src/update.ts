import { randomUUID } from 'node:crypto';
import type { Call } from './call.js';
import {
  type Attributes,
  getCurrentTimestamp,
  isIndexKey,
  type StoredItem,
  versionOf,
  writeIdAttribute,
} from './entity.js';
import { type EntityKind, givenAttributes } from './entity-kind.js';
import { UniqueConstraintError, VersionConflictError, WriteOutcomeUnknownError } from './errors.js';
import { checkDeclaration, indexKeys, keysToRemove } from './index-keys.js';
import { checkSize, measure } from './item-rules.js';
import type { CallOptions } from './options.js';
import { judgeStored } from './outcome.js';
import { getItem } from './read.js';
import { itemOfFailure, type Refused, transact } from './transact.js';
import type { Operations } from './transport.js';
import { type Claim, claimHeld, claimOn, deleteClaim, putClaim, refuseUnclaimed } from './unique-claims.js';
import { updateExpressions } from './update-expression.js';

export type UpdateOptions = CallOptions & { expectedVersion?: number | undefined };

/** One update, the same over all its attempts. */
interface Update {
  readonly id: string;
  readonly set: Attributes;
  readonly remove: readonly string[];
  readonly writeId: string;
  readonly expectedVersion: number | undefined;
  /** The changes as given: older items may be found under the spelling that the caller typed. */
  readonly typed: Attributes;
}

/**
 * Changes one item: a single request where no key and no claim can be concerned, else read, compute, write under the version read.
 * @returns the item as it is then, or null where there is none
 */
export async function updateItem(
  call: Call,
  kind: EntityKind,
  id: string,
  changes: object,
  expectedVersion: number | undefined,
): Promise<StoredItem | null> {
  const typed = givenAttributes(changes);
  const given = kind.normalise(typed);
  const remove = Object.keys(given).filter((name) => given[name] === null);
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  checkSize(measure(set));
  const claims = kind.unique.flatMap((attribute) => claimOn(kind, attribute, set[attribute]) ?? []); // refuses empty values
  if (Object.keys(given).length === 0) return readOnly(call, id, expectedVersion);
  const writeId = randomUUID();
  const stamped = { ...set, updatedAt: getCurrentTimestamp(), [writeIdAttribute]: writeId };
  const update: Update = { id, set: stamped, remove, writeId, expectedVersion, typed };
  return mustRead(kind, given) ? readAndUpdate(call, kind, update, claims) : updateUnread(call, update);
}

/** Kinds whose declaration held; the dry run would say the same each time. */
const declarationHolds = new WeakSet<EntityKind>();

/** True where an index key or a claim may depend on what changes. */
function mustRead(kind: EntityKind, given: Attributes): boolean {
  const { indexed, unique } = kind;
  if (!indexed) return true;
  if (!declarationHolds.has(kind)) {
    checkDeclaration(kind.setGSIKeys, indexed);
    declarationHolds.add(kind);
  }
  const isConcerned = (name: string) => indexed.includes(name) || unique.includes(name);
  return isConcerned('updatedAt') || isConcerned('version') || Object.keys(given).some(isConcerned);
}

/** Empty changes: a consistent read, no write. */
async function readOnly(call: Call, id: string, expectedVersion: number | undefined): Promise<StoredItem | null> {
  const item = await getItem(call, id, true);
  if (!item) return null;
  checkVersion(item, expectedVersion);
  return item;
}

function checkVersion(item: Attributes, expectedVersion: number | undefined): void {
  const version = versionOf(item);
  if (expectedVersion !== undefined && version !== expectedVersion)
    throw new VersionConflictError(expectedVersion, version);
}

/** One UpdateItem without a look: under the expected version if there is one, and never twice for one call while nobody wrote in between. */
async function updateUnread(call: Call, update: Update): Promise<StoredItem | null> {
  const { expectedVersion, writeId } = update;
  const guard = { version: expectedVersion, notWrittenBy: writeId };
  try {
    const { Attributes } = await call.send('UpdateItem', {
      TableName: call.connection.tableName,
      Key: { id: update.id },
      ...updateExpressions(update.set, update.remove, guard),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return Attributes as StoredItem;
  } catch (error) {
    const stored = itemOfFailure(error);
    const settled = settle(call, update, stored);
    if (settled === 'again') throw error; // cannot be: without an expected version only our own stamp fails the condition
    return settled;
  }
}

/** Turns the item that a failed condition met into the call's answer, or says that the update starts over from it. */
function settle(call: Call, update: Update, stored: Attributes | undefined): StoredItem | null | 'again' {
  const { expectedVersion, writeId } = update;
  const verdict = judgeStored(stored, { writeId, expectedVersion, isRepeat: call.isRepeat });
  switch (verdict) {
    case 'done':
      return stored as StoredItem;
    case 'missing':
      return null;
    case 'conflict':
      throw new VersionConflictError(expectedVersion as number, versionOf(stored ?? {}));
    case 'unknown':
      throw new WriteOutcomeUnknownError();
    case 'again':
      return 'again';
  }
}

/** Read, compute keys and claims, write under the version read; over again from the item met when somebody else came first. */
async function readAndUpdate(
  call: Call,
  kind: EntityKind,
  update: Update,
  wanted: readonly Claim[],
): Promise<StoredItem | null> {
  try {
    return await updateUntilStored(call, kind, update, wanted);
  } catch (error) {
    // a first try that may have been stored and written over is not undone by what refuses the next one
    throw call.mayHaveWritten ? new WriteOutcomeUnknownError({ cause: error }) : error;
  }
}

async function updateUntilStored(
  call: Call,
  kind: EntityKind,
  update: Update,
  wanted: readonly Claim[],
): Promise<StoredItem | null> {
  let stored = await getItem(call, update.id, true);
  const left = new Set<string>(); // claims of others, met on the way out: left alone
  for (let attempt = 1; ; attempt++) {
    if (!stored) return null;
    checkVersion(stored, update.expectedVersion);
    const next = nextItem(kind, update, stored);
    const moves = claimMoves(kind, update, stored, wanted);
    if (attempt === 1) await refuseUnclaimed(call, kind, moves.taken, update.typed, update.id);
    if (attempt > 2) await call.pause(attempt - 2, 'contention');
    const met = await writeNext(call, update, stored, next, moves, left);
    if (met === 'done') return next.item;
    if (met === 'claim left') continue;
    const readVersion = versionOf(stored);
    const settled = settle(call, update, met.item);
    if (settled !== 'again') return settled;
    stored = met.item as StoredItem;
    // past the next version our first try may have been stored and written over: the update goes on top (last writer wins)
    if (call.isRepeat && versionOf(stored) > readVersion + 1) call.mayHaveWritten = true;
  }
}

/** The item after the update, and what the request must do to get there. */
function nextItem(kind: EntityKind, update: Update, stored: StoredItem) {
  const entity: Attributes = {};
  for (const name of Object.keys(stored)) {
    if (!isIndexKey(name) && !update.remove.includes(name)) entity[name] = stored[name];
  }
  Object.assign(entity, update.set, { version: versionOf(stored) + 1 });
  const { [writeIdAttribute]: _, ...visible } = entity;
  const keys = indexKeys(kind.setGSIKeys, { ...visible, id: stored.id.slice(kind.prefix.length) }, kind.indexed);
  const item = { ...entity, ...keys } as StoredItem;
  checkSize(measure(item));
  const moved = Object.fromEntries(Object.entries(keys).filter(([name, key]) => stored[name] !== key));
  return { item, set: { ...update.set, ...moved }, remove: [...update.remove, ...keysToRemove(stored, keys)] };
}

interface ClaimMoves {
  readonly taken: readonly Claim[];
  readonly freed: readonly Claim[];
}

/** The claims that the update takes and frees. A value that stays the same once normalised touches none. */
function claimMoves(kind: EntityKind, update: Update, stored: StoredItem, wanted: readonly Claim[]): ClaimMoves {
  const changed = kind.unique.filter((attribute) => attribute in update.set || update.remove.includes(attribute));
  const held = changed.flatMap((attribute) => claimHeld(kind, stored, attribute) ?? []);
  return {
    taken: wanted.filter((claim) => !held.some(({ id }) => id === claim.id)),
    freed: held.filter((claim) => !wanted.some(({ id }) => id === claim.id)),
  };
}

/** Sends the write. Answers `done`, `claim left` where a foreign claim is out of the way now, or the item that the guard met. */
async function writeNext(
  call: Call,
  update: Update,
  stored: StoredItem,
  next: { set: Attributes; remove: readonly string[] },
  { taken, freed }: ClaimMoves,
  left: Set<string>,
): Promise<'done' | 'claim left' | { item: Attributes | undefined }> {
  const TableName = call.connection.tableName;
  const request = {
    TableName,
    Key: { id: update.id },
    ...updateExpressions(next.set, next.remove, { version: versionOf(stored) }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const outgoing = freed.filter((claim) => !left.has(claim.id));
  if (taken.length + outgoing.length === 0) return updateGuarded(call, request);
  const refused = await transact(call, [
    { Update: request },
    ...taken.map((claim) => putClaim(TableName, claim, update.id)),
    ...outgoing.map((claim) => deleteClaim(TableName, claim, update.id)),
  ]);
  if (!refused) return 'done';
  return judgeRefused(refused, taken, outgoing, left);
}

async function updateGuarded(call: Call, request: Operations['UpdateItem'][0]) {
  try {
    await call.send('UpdateItem', request);
    return 'done' as const;
  } catch (error) {
    return { item: itemOfFailure(error) };
  }
}

/** By position: the entity first, since all else was computed from it; then the claims to take, then those to free. */
function judgeRefused(refused: Refused, taken: readonly Claim[], outgoing: readonly Claim[], left: Set<string>) {
  if (refused.has(0)) return { item: refused.get(0) };
  const lost = taken.find((_, i) => refused.has(1 + i));
  if (lost) throw new UniqueConstraintError(lost.attribute, lost.value);
  outgoing.forEach((claim, i) => {
    if (refused.has(1 + taken.length + i)) left.add(claim.id);
  });
  return 'claim left' as const;
}
