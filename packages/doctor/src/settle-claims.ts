import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { pause } from './database.js';
import { attributeText, type Examination, heldClaim, modelOfClaim, possibleOwner, stillAsSeen } from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { isUnchanged, type Stored } from './stored-item.js';

const busy = (id: string) => new Error(`Other writers change ${id} all the time: try again later`);

/** Looks again at a claim that looked like an orphan, and deletes it if asked to: only while it and its owner are as seen. */
export async function settleOrphan(examination: Examination, claimId: string): Promise<Finding | undefined> {
  const { database, fix } = examination;
  const { model, attribute } = modelOfClaim(examination.models, claimId) ?? {};
  if (!model || attribute === undefined) return undefined;
  for (let attempt = 1; ; attempt++) {
    const claim = await database.get(claimId);
    if (!claim) return undefined;
    const ownerId = possibleOwner(model, claim);
    const [met, owner] = ownerId === undefined ? [claim] : await database.snapshot([claimId, ownerId]);
    if (met && possibleOwner(model, met) === ownerId) {
      if (heldClaim(model, owner, claimId)) return undefined;
      const whose = ownerId === undefined ? 'names no owner' : owner ? 'owner holds another value' : 'owner is gone';
      const what = `${attributeText(examination, attribute, claimId)}: ${whose}`;
      const finding = { kind: 'orphan claim', ids: ownerId === undefined ? [] : [ownerId], what } as const;
      if (!fix) return { ...finding, outcome: 'left' };
      const TableName = database.tableName;
      const actions: TransactWriteItem[] = [
        { Delete: { TableName, Key: { id: { S: claimId } }, ...isUnchanged(met.raw, ['ownerId']) } },
      ];
      if (ownerId !== undefined) actions.push(stillAsSeen(TableName, model, ownerId, owner));
      if (await database.transact(actions)) return { ...finding, outcome: 'repaired' };
    }
    await pause(attempt, busy(`the owner of a claim on ${attribute}`), database.signal);
  }
}

/** The state of one claim and of those who may hold its value, at one moment. */
interface Holders {
  readonly claim: Stored | undefined;
  /** All that were looked at; undefined: gone. */
  readonly seen: ReadonlyMap<string, Stored | undefined>;
  /** Ids of those that hold the value, the oldest first. */
  readonly ids: readonly string[];
}

/** What was found out about a claim that looked missing. */
export interface SettledClaim {
  readonly finding: Finding | undefined;
  /** An entity without claim and version that says it was written after this moment, so by another system than the models. */
  readonly isWrittenSince: (timestamp: string) => boolean;
  /** Other values that the entities hold instead, as `[claim id, entity id]`: an older system may have changed them without a claim. */
  readonly elsewhere: readonly (readonly [string, string])[];
}

/**
 * Looks again at a value that entities seemed to hold without a claim. If asked to it puts the claim, for the oldest where there
 * are several, so that at least nobody else can take the value.
 */
export async function settleHolders(
  examination: Examination,
  claimId: string,
  candidates: Iterable<string>,
): Promise<SettledClaim> {
  const { database, fix } = examination;
  const { model, attribute } = modelOfClaim(examination.models, claimId) ?? {};
  if (!model || attribute === undefined) return { finding: undefined, isWrittenSince: () => false, elsewhere: [] };
  const ids = new Set(candidates);
  for (let attempt = 1; ; attempt++) {
    const holders = await look(examination, model, claimId, ids);
    const claimOwner = possibleOwner(model, holders.claim);
    if (claimOwner !== undefined && !holders.seen.has(claimOwner)) {
      ids.add(claimOwner); // who it is for may hold the value too
      continue;
    }
    const elsewhere = [...holders.seen].flatMap(([id, stored]) =>
      stored && !holders.ids.includes(id)
        ? model.stores.claims(stored.item).map((claim) => [claim.id, id] as const)
        : [],
    );
    const nothing = { finding: undefined, isWrittenSince: () => false, elsewhere };
    const [oldest] = holders.ids;
    if (oldest === undefined) return nothing;
    const isClaimed = claimOwner !== undefined && holders.ids.includes(claimOwner);
    const isDoubled = holders.ids.length > 1;
    if (isClaimed && !isDoubled) return nothing;
    const isPut = fix && !isClaimed;
    if (isPut && !(await putClaim(examination, model, claimId, holders, oldest, claimOwner))) {
      await pause(attempt, busy(oldest), database.signal);
      continue;
    }
    const text = attributeText(examination, attribute, claimId);
    const keeper = isPut ? oldest : isClaimed ? claimOwner : undefined;
    const doubled = `${text}: ${keeper === undefined ? 'none has' : `${keeper} has`} the claim`;
    const finding: Finding = isDoubled
      ? { kind: 'doubled value', ids: holders.ids, what: doubled, outcome: 'left' }
      : { kind: 'missing claim', ids: [oldest], what: text, outcome: isPut ? 'repaired' : 'left' };
    return {
      finding,
      elsewhere,
      isWrittenSince: (timestamp) => holders.ids.some((id) => isLater(holders.seen.get(id), timestamp)),
    };
  }
}

const snapshotSize = 99; // the claim is the hundredth

async function look(
  { database }: Examination,
  model: ExaminedModel,
  claimId: string,
  candidates: ReadonlySet<string>,
): Promise<Holders> {
  const all = [...candidates];
  const first = all.slice(0, snapshotSize);
  const [claim, ...entities] = await database.snapshot([claimId, ...first]);
  const seen = new Map(first.map((id, i) => [id, entities[i]]));
  for (const id of all.slice(snapshotSize)) seen.set(id, await database.get(id));
  const createdAt = (id: string) => String(seen.get(id)?.item.createdAt ?? '~');
  const order = (id: string) => `${createdAt(id)} ${id}`;
  const ids = all.filter((id) => heldClaim(model, seen.get(id), claimId));
  return { claim, seen, ids: ids.sort((a, b) => (order(a) < order(b) ? -1 : 1)) };
}

/** Only while the entity holds the value and the claim is absent, or still that of an owner who still does not hold it. */
function putClaim(
  { database }: Examination,
  model: ExaminedModel,
  claimId: string,
  { claim, seen }: Holders,
  ownerId: string,
  formerId: string | undefined,
): Promise<boolean> {
  const TableName = database.tableName;
  const { expiry = '' } = model.stores;
  const expiresAt = seen.get(ownerId)?.raw[expiry];
  const Item = { id: { S: claimId }, ownerId: { S: ownerId }, ...(expiresAt && { [expiry]: expiresAt }) };
  const condition = claim ? isUnchanged(claim.raw, ['ownerId']) : { ConditionExpression: 'attribute_not_exists(id)' };
  const concerned = new Set(formerId === undefined ? [ownerId] : [ownerId, formerId]);
  return database.transact([
    { Put: { TableName, Item, ...condition } },
    ...[...concerned].map((id) => stillAsSeen(TableName, model, id, seen.get(id))),
  ]);
}

function isLater(stored: Stored | undefined, timestamp: string): boolean {
  if (!stored || 'version' in stored.item) return false;
  const { createdAt, updatedAt } = stored.item;
  return [createdAt, updatedAt].some((time) => typeof time === 'string' && time > timestamp);
}
