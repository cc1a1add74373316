import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Claim } from '@aws-starter-kit/dynamo';
import type { Database } from './database.js';
import type { FindingKind } from './findings.js';
import type { ExaminedModel } from './models.js';
import { asRead, type Condition, isTombstone, type Stored, stateAttributes } from './stored-item.js';

const maxIdBytes = 2048;

/** The context of one run. */
export interface Examination {
  readonly database: Database;
  readonly models: readonly ExaminedModel[];
  /** The kinds of findings to repair. Nothing else is written, except the removal of tombstones. */
  readonly fixes: ReadonlySet<FindingKind>;
  readonly removesTombstones: boolean;
  /** Show the values of claims in findings. */
  readonly showValues: boolean;
  /** Ends all other work of the run, with this reason. */
  readonly stop: (reason: unknown) => void;
}

/** Returns the model whose entity has this stored id. */
export const modelOf = (models: readonly ExaminedModel[], id: unknown): ExaminedModel | undefined =>
  models.find(({ stores }) => typeof id === 'string' && id.startsWith(stores.prefix));

/** Returns the model and the attribute of a claim, by its id. */
export function modelOfClaim(models: readonly ExaminedModel[], claimId: string) {
  for (const model of models) {
    const { uniques, claimPrefix } = model.stores;
    const unique = uniques.find(({ name }) => claimId.startsWith(claimPrefix(name)));
    if (unique) return { model, attribute: unique.name };
  }
  return undefined;
}

/** True for an entity that readers see: neither a tombstone nor expired. */
export const isAlive = ({ stores }: ExaminedModel, stored: Stored | undefined): stored is Stored =>
  stored !== undefined && !isTombstone(stored) && !stores.isExpired(stored.item);

/**
 * True where an item holds the value of a claim, even if it has expired: to a process whose clock is behind it may
 * still be alive, and DynamoDB deletes both of them.
 */
export function holdsValue({ stores }: ExaminedModel, stored: Stored | undefined, claimId: string): boolean {
  if (!stored || isTombstone(stored)) return false;
  const { expiry } = stores;
  const claims: Claim[] = stores.claims(expiry === undefined ? stored.item : { ...stored.item, [expiry]: undefined });
  return claims.some(({ id }) => id === claimId);
}

/** Returns the id in a claim's `ownerId`, if an entity of the model can have it. */
export function possibleOwner(model: ExaminedModel, claim: Stored | undefined): string | undefined {
  const id = claim?.item.ownerId;
  const { prefix } = model.stores;
  const isPossible =
    typeof id === 'string' && id.startsWith(prefix) && id.length > prefix.length && Buffer.byteLength(id) <= maxIdBytes;
  return isPossible ? id : undefined;
}

/** Returns the condition that a claim still names the owner, and has the expiry, that were read. */
export const claimAsRead = ({ stores: { expiry } }: ExaminedModel, claim: Stored): Condition =>
  asRead(claim.raw, expiry === undefined ? ['ownerId'] : ['ownerId', expiry]);

/**
 * Returns the part of a transaction that checks an owner: still absent, or unchanged in all that findings about its
 * claims are made from. An older system changes values without a version, so version and write id alone would not do.
 */
export function checkOwner(
  TableName: string,
  { stores: { expiry, uniqueAttributes } }: ExaminedModel,
  id: string,
  owner: Stored | undefined,
): TransactWriteItem {
  const condition = owner
    ? asRead(owner.raw, [...stateAttributes, ...(expiry === undefined ? [] : [expiry]), ...uniqueAttributes])
    : { ConditionExpression: 'attribute_not_exists(id)' };
  return { ConditionCheck: { TableName, Key: { id: { S: id } }, ...condition } };
}

/** Returns `email`, or with its value if values are to be shown. */
export function attributeText({ models, showValues }: Examination, claimId: string): string {
  const { model, attribute = '' } = modelOfClaim(models, claimId) ?? {};
  return showValues && model ? `${attribute} ${claimId.slice(model.stores.claimPrefix(attribute).length)}` : attribute;
}
