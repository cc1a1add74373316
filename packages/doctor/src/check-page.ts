import { markId } from '@aws-starter-kit/dynamo';
import { type Examination, heldClaim, modelOf, modelOfClaim, possibleOwner } from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { keyChanges, settleKeys } from './settle-keys.js';
import type { Stored } from './stored-item.js';

/** What one page of the table held. */
export interface PageCounts {
  items: number;
  entities: number;
  claims: number;
  /** Items of kinds that are not examined, by the word before their first `#`. */
  unknown: Record<string, number>;
}

export interface CheckedPage {
  readonly counts: PageCounts;
  /** Values that seem to be held without a claim, `[claim id, entity id]`: to be settled when all holders are known. */
  readonly unclaimed: readonly (readonly [string, string])[];
  /** Claims that seem to have no owner. To be settled later too: dynoxide ends a scan by segments whose last item was deleted. */
  readonly orphans: readonly string[];
}

interface Sorted {
  readonly entities: readonly { model: ExaminedModel; stored: Stored }[];
  readonly claims: readonly { model: ExaminedModel; stored: Stored }[];
  readonly counts: PageCounts;
}

/** Examines the items of one page. What can be told and repaired by itself is reported at once, by `report`; claims are settled later. */
export async function checkPage(
  examination: Examination,
  items: readonly Stored[],
  report: (finding: Finding) => void,
): Promise<CheckedPage> {
  const { entities, claims, counts } = sort(examination.models, items);
  for (const { model, stored } of entities) {
    const problems = problemsOf(model, stored);
    const ids = [stored.item.id];
    if (problems.length > 0) report({ kind: 'unreadable item', ids, what: problems.join('; '), outcome: 'left' });
    const finding = keyChanges(model, stored) && (await settleKeys(examination, model, stored.item.id));
    if (finding) report(finding);
  }
  return {
    counts,
    unclaimed: await unclaimedOf(examination, entities),
    orphans: await orphansOf(examination, claims),
  };
}

function sort(models: readonly ExaminedModel[], items: readonly Stored[]): Sorted {
  const entities: { model: ExaminedModel; stored: Stored }[] = [];
  const claims: { model: ExaminedModel; stored: Stored }[] = [];
  const unknown: Record<string, number> = {};
  for (const stored of items) {
    const { id } = stored.item;
    const model = modelOf(models, id);
    const claimed = modelOfClaim(models, id);
    if ((model ?? claimed?.model)?.stores.isExpired(stored.item)) continue; // DynamoDB's to delete
    if (model) entities.push({ model, stored });
    else if (claimed) claims.push({ model: claimed.model, stored });
    else if (id !== markId) {
      const word = /^\w{1,50}(?=#)/.exec(id)?.[0] ?? 'others'; // the rest of an id may be anything, so it is not shown
      unknown[word] = (unknown[word] ?? 0) + 1;
    }
  }
  return {
    entities,
    claims,
    counts: { items: items.length, entities: entities.length, claims: claims.length, unknown },
  };
}

/** Why those who use an entity could not read it, in words and without values. */
function problemsOf(model: ExaminedModel, stored: Stored): string[] {
  const { stores } = model;
  const { item } = stored;
  const problems: string[] = [];
  if (item.id === stores.prefix) problems.push('id: nothing follows the prefix');
  if (stored.hasHugeNumber) problems.push('it holds a number past 2^53');
  if ('version' in item && typeof item.version !== 'number') problems.push('version: not a number');
  const claimed = new Set(stores.claims(item).map(({ attribute }) => attribute));
  for (const attribute of stores.uniqueAttributes) {
    const value = item[attribute];
    if (value !== undefined && value !== null && !claimed.has(attribute)) {
      problems.push(`${attribute}: empty or too long, so that no claim can stand for it`);
    }
  }
  try {
    stores.keys(item);
  } catch (error) {
    problems.push(`its index keys cannot be made: ${(error as Error).message}`);
  }
  return [...problems, ...(model.problems?.(stores.entity(item)) ?? [])];
}

/** Claims that are the entity's own need nothing; all others are settled when all holders of the value are known. */
async function unclaimedOf({ database }: Examination, entities: Sorted['entities']): Promise<[string, string][]> {
  const due = entities.flatMap(({ model, stored }) =>
    model.stores.claims(stored.item).map((claim): [string, string] => [claim.id, stored.item.id]),
  );
  const found = await database.getMany(due.map(([claimId]) => claimId));
  return due.filter(([claimId, ownerId]) => found.get(claimId)?.item.ownerId !== ownerId);
}

async function orphansOf({ database }: Examination, claims: Sorted['claims']): Promise<string[]> {
  const owners = await database.getMany(claims.flatMap(({ model, stored }) => possibleOwner(model, stored) ?? []));
  const isOrphan = ({ model, stored }: Sorted['claims'][number]) =>
    !heldClaim(model, owners.get(possibleOwner(model, stored) ?? ''), stored.item.id);
  return claims.filter(isOrphan).map(({ stored }) => stored.item.id);
}
