import { correctExpiry, expiryFault } from './claim-expiry.js';
import { contention, pause } from './database.js';
import {
  attributeText,
  checkOwner,
  claimAsRead,
  type Examination,
  holdsValue,
  modelOfClaim,
  possibleOwner,
} from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { isTombstone, type Stored } from './stored-item.js';

/**
 * Confirms by a transactional read what is wrong with a claim. With `fix` the claim is deleted, or gets the expiry of
 * its owner, if both are still as they were read.
 */
export async function resolveClaim(examination: Examination, claimId: string): Promise<Finding | undefined> {
  const { database, fixes } = examination;
  const { model } = modelOfClaim(examination.models, claimId) ?? {};
  if (!model) return undefined;
  const text = attributeText(examination, claimId);
  for (let attempt = 1; ; attempt++) {
    const { claim, ownerId, owner } = await readClaim(examination, model, claimId);
    if (!claim) return undefined;
    const fault = faultOf(database.tableName, model, claim, owner);
    if (!fault) return undefined;
    const ids = ownerId === undefined ? [] : [ownerId];
    const finding = { kind: fault.kind, ids, what: `${text}: ${fault.what}` } as const;
    if (!fixes.has(fault.kind)) return { ...finding, outcome: 'left' };
    const check = ownerId === undefined ? [] : [checkOwner(database.tableName, model, ownerId, owner)];
    if (await database.transact([fault.repair, ...check])) return { ...finding, outcome: 'repaired' };
    await pause(attempt, contention(ownerId ?? text), database.signal);
  }
}

/** Returns a claim and its owner as they were at one moment. */
async function readClaim({ database }: Examination, model: ExaminedModel, claimId: string) {
  let ownerId = possibleOwner(model, await database.get(claimId));
  for (let attempt = 1; ; attempt++) {
    const [claim, owner] = await database.snapshot(ownerId === undefined ? [claimId] : [claimId, ownerId]);
    const now = possibleOwner(model, claim);
    if (now === ownerId) return { claim, ownerId, owner };
    ownerId = now; // it has moved to another owner since
    await pause(attempt, contention('the owner of a claim'), database.signal);
  }
}

/** Returns what is wrong with a claim, and the write that repairs it. */
function faultOf(TableName: string, model: ExaminedModel, claim: Stored, owner: Stored | undefined) {
  if (owner && holdsValue(model, owner, claim.item.id)) {
    const what = expiryFault(model, claim, owner);
    if (what === undefined) return undefined;
    return { kind: 'wrong expiry', what, repair: correctExpiry(TableName, model, claim, owner) } as const;
  }
  if (model.stores.isExpired(claim.item)) return undefined; // DynamoDB deletes it
  const isGone = !owner || isTombstone(owner);
  const hasOwner = possibleOwner(model, claim) !== undefined;
  const what = !hasOwner ? 'names no owner' : isGone ? 'owner is gone' : 'owner holds another value';
  const Key = { id: { S: claim.item.id } };
  return { kind: 'orphan claim', what, repair: { Delete: { TableName, Key, ...claimAsRead(model, claim) } } } as const;
}
