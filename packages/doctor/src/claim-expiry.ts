import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { claimAsRead } from './examination.js';
import type { ExaminedModel } from './models.js';
import type { Stored } from './stored-item.js';

/**
 * Returns the difference between the expiry of a claim and that of its owner, in words; undefined if there is none.
 * DynamoDB deletes items by it: a claim that expires too early frees the value of a living entity.
 */
export function expiryFault({ stores: { expiry } }: ExaminedModel, claim: Stored, owner: Stored): string | undefined {
  if (expiry === undefined) return undefined;
  const ofClaim = claim.raw[expiry];
  const ofOwner = owner.raw[expiry];
  if (JSON.stringify(ofClaim) === JSON.stringify(ofOwner)) return undefined;
  if (!ofOwner) return 'expires, unlike its owner';
  if (!ofClaim) return 'does not expire, unlike its owner';
  return 'expires at another time than its owner';
}

/** Returns the write that gives a claim the expiry of its owner, if the claim is as it was read. */
export function correctExpiry(
  TableName: string,
  model: ExaminedModel,
  claim: Stored,
  owner: Stored,
): TransactWriteItem {
  const { expiry = '' } = model.stores;
  const expiresAt = owner.raw[expiry];
  const condition = claimAsRead(model, claim);
  return {
    Update: {
      TableName,
      Key: { id: { S: claim.item.id } },
      UpdateExpression: expiresAt ? 'SET #expiry = :expiry' : 'REMOVE #expiry',
      ConditionExpression: condition.ConditionExpression,
      ExpressionAttributeNames: { ...condition.ExpressionAttributeNames, '#expiry': expiry },
      ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ...(expiresAt && { ':expiry': expiresAt }) },
    },
  };
}
