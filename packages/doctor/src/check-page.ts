import { claimsCompleteMarkerId } from '@aws-starter-kit/dynamo';
import { expiryFault } from './claim-expiry.js';
import { type Examination, holdsValue, isAlive, modelOf, modelOfClaim, possibleOwner } from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { counterPlace, isDoubtfulCounter } from './resolve-counter.js';
import { missingDefaults, resolveDefaults } from './resolve-defaults.js';
import { keyChanges, resolveKeys, versionFault } from './resolve-keys.js';
import type { Unclaimed } from './resolve-value.js';
import { isTombstone, type Stored } from './stored-item.js';
import { removeTombstones } from './tombstones.js';

/** The contents of one page, or of all pages. */
export interface PageCounts {
  items: number;
  /** Without expired ones. */
  entities: number;
  claims: number;
  /** Deleted entities, and shards of their counters, that the models keep for some minutes against writes that arrive late. */
  tombstones: number;
  /** Those of them that were over ten minutes old and are gone now. */
  removedTombstones: number;
  /** Items of kinds that are not examined, by the word before their first `#`. */
  unknown: Record<string, number>;
}

export interface CheckedPage {
  readonly counts: PageCounts;
  /** Values that seem to be held without a claim: to be resolved once all holders are known. */
  readonly unclaimed: readonly Unclaimed[];
  /**
   * Ids of claims that seem to have no owner, or another expiry than it, and of shards of counters that seem to have no
   * entity, or are not written by the model. They are resolved after the scan, because dynoxide ends a scan by segments
   * whose last item was deleted.
   */
  readonly doubtfulClaims: readonly string[];
}

interface ModelItem {
  readonly model: ExaminedModel;
  readonly stored: Stored;
}

interface SortedPage {
  readonly entities: readonly ModelItem[];
  readonly claims: readonly ModelItem[];
  /** Ids of shards of counters. */
  readonly counters: readonly string[];
  readonly tombstones: readonly Stored[];
  readonly counts: PageCounts;
}

/**
 * Examines the items of one page. Findings about a single item are reported and repaired at once; claims are resolved
 * after the scan.
 */
export async function checkPage(
  examination: Examination,
  items: readonly Stored[],
  report: (finding: Finding) => void,
): Promise<CheckedPage> {
  const { entities, claims, counters, tombstones, counts } = sort(examination.models, items);
  for (const { model, stored } of entities) {
    const problems = problemsOf(model, stored);
    const ids = [stored.item.id];
    if (problems.length > 0) report({ kind: 'unreadable item', ids, what: problems.join('; '), outcome: 'left' });
    const backfill = missingDefaults(model, stored) && (await resolveDefaults(examination, model, stored.item.id));
    if (backfill) report(backfill);
    const finding = keyChanges(model, stored) && (await resolveKeys(examination, model, stored.item.id));
    if (finding) report(finding);
  }
  return {
    counts: { ...counts, removedTombstones: await removeTombstones(examination, tombstones) },
    unclaimed: await unclaimedOf(examination, entities),
    doubtfulClaims: [...(await doubtfulOf(examination, claims)), ...(await doubtfulCounters(examination, counters))],
  };
}

function sort(models: readonly ExaminedModel[], items: readonly Stored[]): SortedPage {
  const entities: ModelItem[] = [];
  const claims: ModelItem[] = [];
  const counters: string[] = [];
  const tombstones: Stored[] = [];
  const unknown: Record<string, number> = {};
  for (const stored of items) {
    const { id } = stored.item;
    const model = modelOf(models, id);
    const claimed = modelOfClaim(models, id);
    const isShard = !model && !claimed && counterPlace(models, id) !== undefined;
    if ((model || isShard) && isTombstone(stored)) tombstones.push(stored);
    else if (model) {
      if (isAlive(model, stored)) entities.push({ model, stored }); // DynamoDB deletes expired ones
    } else if (claimed) claims.push({ model: claimed.model, stored });
    else if (isShard) counters.push(id);
    else if (id !== claimsCompleteMarkerId) {
      const word = /^\w{1,50}(?=#)/.exec(id)?.[0] ?? 'others'; // the rest of an id may be personal, so it is not shown
      unknown[word] = (unknown[word] ?? 0) + 1;
    }
  }
  const counts = {
    items: items.length,
    entities: entities.length,
    claims: claims.length,
    tombstones: tombstones.length,
    removedTombstones: 0,
    unknown,
  };
  return { entities, claims, counters, tombstones, counts };
}

/**
 * Returns the reasons for which readers of an entity could not parse it, or its model could not write it, without
 * values.
 */
function problemsOf(model: ExaminedModel, stored: Stored): string[] {
  const { stores } = model;
  const { item } = stored;
  const problems: string[] = [];
  if (item.id === stores.prefix) problems.push('id: nothing follows the prefix');
  const version = versionFault(stored);
  if (version !== undefined) problems.push(version);
  else if (stored.hasHugeNumber) problems.push('it holds a number past 2^53');
  const claimed = new Set(stores.claims(item).map(({ attribute }) => attribute));
  for (const { name, attributes } of stores.uniques) {
    const isWhole = attributes.every((attribute) => item[attribute] !== undefined && item[attribute] !== null);
    if (isWhole && !claimed.has(name)) {
      problems.push(`${name}: empty or too long, so no claim can represent it`);
    }
  }
  try {
    stores.keys(item);
  } catch (error) {
    problems.push(`its index keys cannot be made: ${(error as Error).message}`);
  }
  return [...problems, ...(model.problems?.(stores.entity(item)) ?? [])];
}

/** Returns the values of entities whose claim is absent or names another owner. */
async function unclaimedOf({ database }: Examination, entities: SortedPage['entities']): Promise<Unclaimed[]> {
  const held = entities.flatMap(({ model, stored }) =>
    model.stores.claims(stored.item).map((claim): Unclaimed => [claim.id, stored.item.id]),
  );
  const found = await database.getMany(held.map(([claimId]) => claimId));
  return held.filter(([claimId, ownerId]) => found.get(claimId)?.item.ownerId !== ownerId);
}

async function doubtfulOf({ database }: Examination, claims: SortedPage['claims']): Promise<string[]> {
  const owners = await database.getMany(claims.flatMap(({ model, stored }) => possibleOwner(model, stored) ?? []));
  const isDoubtful = ({ model, stored }: ModelItem) => {
    const owner = owners.get(possibleOwner(model, stored) ?? '');
    if (!owner || !holdsValue(model, owner, stored.item.id)) return !model.stores.isExpired(stored.item);
    return expiryFault(model, stored, owner) !== undefined;
  };
  return claims.filter(isDoubtful).map(({ stored }) => stored.item.id);
}

async function doubtfulCounters({ database, models }: Examination, ids: readonly string[]): Promise<string[]> {
  const places = ids.flatMap((id) => {
    const place = counterPlace(models, id);
    return place ? [{ id, place }] : [];
  });
  const owners = await database.getMany(places.map(({ place }) => place.ownerId));
  return places.filter(({ place }) => isDoubtfulCounter(place, owners.get(place.ownerId))).map(({ id }) => id);
}
