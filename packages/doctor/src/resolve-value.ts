import { contention, pause } from './database.js';
import {
  attributeText,
  checkOwner,
  claimAsRead,
  type Examination,
  holdsValue,
  isAlive,
  modelOfClaim,
  possibleOwner,
} from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import type { Stored } from './stored-item.js';

/** An entity and the id of a claim that it seems to lack. */
export type Unclaimed = readonly [claimId: string, entityId: string];

/** The result of examining one unique value. */
export interface ResolvedValue {
  readonly finding: Finding | undefined;
  /** A holder without claim and version was written during the run, so by another system than the models. */
  readonly hasOtherWriter: boolean;
  /** Other values that the candidates hold by now: an older system may have changed them without a claim. */
  readonly elsewhere: readonly Unclaimed[];
}

/**
 * Confirms by a transactional read that entities hold a value without a claim. With `fix` the oldest holder gets the
 * claim if none has it, so that no other entity takes the value.
 * @param startedAt the run's start, ISO 8601
 */
export async function resolveValue(
  examination: Examination,
  claimId: string,
  candidates: Iterable<string>,
  startedAt: string,
): Promise<ResolvedValue> {
  const { database, fixes } = examination;
  const { model } = modelOfClaim(examination.models, claimId) ?? {};
  if (!model) return { finding: undefined, hasOtherWriter: false, elsewhere: [] };
  const ids = new Set(candidates);
  for (let attempt = 1; ; attempt++) {
    const value = await readValue(examination, model, claimId, ids);
    const { claimOwner, holders, items } = value;
    if (claimOwner !== undefined && !items.has(claimOwner)) {
      ids.add(claimOwner); // it may hold the value too
      continue;
    }
    const elsewhere = [...items].flatMap(([id, stored]) =>
      isAlive(model, stored) && !holders.includes(id)
        ? model.stores.claims(stored.item).map((claim) => [claim.id, id] as const)
        : [],
    );
    const [oldest] = holders;
    const isClaimed = claimOwner !== undefined && holders.includes(claimOwner);
    if (oldest === undefined || (isClaimed && holders.length === 1)) {
      return { finding: undefined, hasOtherWriter: false, elsewhere };
    }
    const isToPut = fixes.has('missing claim') && !isClaimed && !value.isReserved;
    if (isToPut && !(await putClaim(examination, model, claimId, value, oldest))) {
      await pause(attempt, contention(oldest), database.signal);
      continue;
    }
    const finding = findingOf(attributeText(examination, claimId), value, isToPut ? oldest : undefined);
    const hasOtherWriter = holders.some((id) => isUnversionedSince(items.get(id), startedAt));
    return { finding, hasOtherWriter, elsewhere };
  }
}

/** The state of a claim and of the entities that may hold its value, read at one moment. */
interface ValueState {
  readonly claim: Stored | undefined;
  readonly claimOwner: string | undefined;
  /**
   * The claim belongs to an expired entity that still holds the value: to a process whose clock is behind it may be
   * alive.
   */
  readonly isReserved: boolean;
  /** All entities read, by id. */
  readonly items: ReadonlyMap<string, Stored | undefined>;
  /** Ids of the living entities that hold the value, the oldest first. */
  readonly holders: readonly string[];
}

const snapshotSize = 99; // the claim is the hundredth

async function readValue(
  { database }: Examination,
  model: ExaminedModel,
  claimId: string,
  candidates: ReadonlySet<string>,
): Promise<ValueState> {
  const all = [...candidates];
  const first = all.slice(0, snapshotSize);
  const [claim, ...entities] = await database.snapshot([claimId, ...first]);
  const items = new Map(first.map((id, i) => [id, entities[i]]));
  for (const id of all.slice(snapshotSize)) items.set(id, await database.get(id));
  const age = (id: string) => `${items.get(id)?.item.createdAt ?? '~'} ${id}`;
  const holders = all
    .filter((id) => isAlive(model, items.get(id)) && holdsValue(model, items.get(id), claimId))
    .sort((a, b) => (age(a) < age(b) ? -1 : 1));
  const claimOwner = possibleOwner(model, claim);
  const isReserved =
    claimOwner !== undefined && !holders.includes(claimOwner) && holdsValue(model, items.get(claimOwner), claimId);
  return { claim, claimOwner, isReserved, items, holders };
}

/** Gives the claim to an entity, if the claim, its previous owner and the entity are as they were read. */
function putClaim(
  { database }: Examination,
  model: ExaminedModel,
  claimId: string,
  { claim, claimOwner, items }: ValueState,
  ownerId: string,
): Promise<boolean> {
  const TableName = database.tableName;
  const { expiry = '' } = model.stores;
  const expiresAt = items.get(ownerId)?.raw[expiry];
  const Item = { id: { S: claimId }, ownerId: { S: ownerId }, ...(expiresAt && { [expiry]: expiresAt }) };
  const condition = claim ? claimAsRead(model, claim) : { ConditionExpression: 'attribute_not_exists(id)' };
  const concerned = new Set(claimOwner === undefined ? [ownerId] : [ownerId, claimOwner]);
  return database.transact([
    { Put: { TableName, Item, ...condition } },
    ...[...concerned].map((id) => checkOwner(TableName, model, id, items.get(id))),
  ]);
}

function findingOf(text: string, { claimOwner, isReserved, holders }: ValueState, newOwner?: string): Finding {
  const owner = newOwner ?? (claimOwner !== undefined && holders.includes(claimOwner) ? claimOwner : undefined);
  const expired = `the claim belongs to ${claimOwner}, which has expired: delete it, or run again once DynamoDB has`;
  if (holders.length === 1) {
    return {
      kind: 'missing claim',
      ids: holders,
      what: isReserved ? `${text}: ${expired}` : text,
      outcome: newOwner === undefined ? 'left' : 'repaired',
    };
  }
  const has = isReserved ? expired : `${owner ?? 'none'} has the claim`;
  return { kind: 'doubled value', ids: holders, what: `${text}: ${has}`, outcome: 'left' };
}

function isUnversionedSince(stored: Stored | undefined, timestamp: string): boolean {
  if (!stored || 'version' in stored.item) return false;
  const { createdAt, updatedAt } = stored.item;
  return [createdAt, updatedAt].some((time) => typeof time === 'string' && time > timestamp);
}
