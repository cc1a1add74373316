import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Claim } from '@aws-starter-kit/dynamo';
import type { Database } from './database.js';
import type { ExaminedModel } from './models.js';
import { isUnchanged, type Stored } from './stored-item.js';

const maxIdBytes = 2048;

/** What one run works with. */
export interface Examination {
  readonly database: Database;
  readonly models: readonly ExaminedModel[];
  /** Repair what is found; else nothing is written. */
  readonly fix: boolean;
  /** Name the values of claims in findings. */
  readonly showValues: boolean;
  /** Stops what else is under way, for this reason. */
  readonly stop: (reason: unknown) => void;
}

/** The model whose entity has this stored id. */
export const modelOf = (models: readonly ExaminedModel[], id: unknown): ExaminedModel | undefined =>
  models.find(({ stores }) => typeof id === 'string' && id.startsWith(stores.prefix));

/** The model and attribute that a claim stands for, by its id. */
export function modelOfClaim(models: readonly ExaminedModel[], claimId: string) {
  for (const model of models) {
    const { uniqueAttributes, claimPrefix } = model.stores;
    const attribute = uniqueAttributes.find((one) => claimId.startsWith(claimPrefix(one)));
    if (attribute !== undefined) return { model, attribute };
  }
  return undefined;
}

/** The claim of that id that the item ought to have. */
export const heldClaim = (model: ExaminedModel, stored: Stored | undefined, claimId: string): Claim | undefined =>
  stored && model.stores.claims(stored.item).find(({ id }) => id === claimId);

/** The id in a claim's `ownerId`, if an entity of the model can have it. */
export function possibleOwner(model: ExaminedModel, claim: Stored | undefined): string | undefined {
  const id = claim?.item.ownerId;
  const { prefix } = model.stores;
  const isPossible =
    typeof id === 'string' && id.startsWith(prefix) && id.length > prefix.length && Buffer.byteLength(id) <= maxIdBytes;
  return isPossible ? id : undefined;
}

/** A part of a transaction: an entity is still gone, or still has the unique values that were seen. */
export function stillAsSeen(
  TableName: string,
  model: ExaminedModel,
  id: string,
  seen: Stored | undefined,
): TransactWriteItem {
  const condition = seen
    ? isUnchanged(seen.raw, model.stores.uniqueAttributes)
    : { ConditionExpression: 'attribute_not_exists(id)' };
  return { ConditionCheck: { TableName, Key: { id: { S: id } }, ...condition } };
}

/** `email`, or with its value where values are asked for. */
export function attributeText(examination: Examination, attribute: string, claimId: string): string {
  const value = modelOfClaim(examination.models, claimId);
  return examination.showValues && value
    ? `${attribute} ${claimId.slice(value.model.stores.claimPrefix(value.attribute).length)}`
    : attribute;
}
