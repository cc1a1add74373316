import { historiesIn, isVersion } from './kept-versions.js';
import { inspections } from './models.js';

/** A live entity without id, timestamps, index keys and internal attributes. */
export type Entity = Readonly<Record<string, unknown>> & { readonly version: number };

/**
 * The live entities of a table by stored id, such as `NOTE#a`, under `ONCE` the record of `once`, and under `PAPER@a` the kept versions of
 * `PAPER#a`. Expired items and tombstones count as absent.
 */
export type State = ReadonlyMap<string, Entity>;

export type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** What a table holds: its live entities, and each claim or index key that does not fit them. */
export interface TableContent {
  readonly state: State;
  readonly problems: readonly string[];
}

const isHidden = (name: string): boolean => /^(id|createdAt|updatedAt|[ps]k\d+|_.*)$/.test(name);
const isClaim = ({ id }: Item): boolean => id.startsWith('UNIQUE#');

export function visible(attributes: Readonly<Record<string, unknown>>): Entity {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !isHidden(name))) as Entity;
}

/** Reads the items of a table as callers see them. */
export function contentOf(items: readonly Item[]): TableContent {
  const claims = new Map(items.filter(isClaim).map((claim) => [claim.id, claim]));
  const state = new Map<string, Entity>(historiesIn(items));
  const problems: string[] = [];
  for (const item of items) {
    if (isVersion(item)) continue;
    if (item.id.startsWith('ONCE#')) {
      if (!isExpired(item)) state.set('ONCE', { results: item.results, version: 1 });
      continue;
    }
    const inspection = inspections[item.id.replace(/#.*/, '#')];
    if (isClaim(item) || '_tombstone' in item) continue;
    if (!inspection) throw new Error(`The table holds ${item.id}, which no call writes`);
    if (inspection.isExpired(item)) continue;
    state.set(item.id, visible(item));
    for (const [name, key] of Object.entries(inspection.keys(item as never))) {
      if (item[name] !== key) problems.push(`${item.id} has ${name} ${item[name]}, not ${key}`);
    }
    for (const { id } of inspection.claims(item as never)) {
      const claim = claims.get(id);
      claims.delete(id);
      if (claim?.ownerId !== item.id) problems.push(`${item.id} needs the claim ${id}, held by ${claim?.ownerId}`);
      else if (claim.expiresAt !== item.expiresAt) problems.push(`${id} expires at another time than ${item.id}`);
    }
  }
  for (const claim of claims.values()) {
    if (!isExpired(claim)) problems.push(`${claim.id} is left without its owner ${claim.ownerId}`);
  }
  return { state, problems };
}

const isExpired = ({ expiresAt }: Item): boolean => Number(expiresAt) <= Date.now() / 1000;

/** Equal for equal states. */
export const textOf = (state: State): string => {
  const entities = [...state].map(([id, entity]) => `${id} ${JSON.stringify(sorted(entity))}`);
  return entities.length === 0 ? 'empty' : entities.sort().join(', ');
};

/** The value with its attributes in alphabetical order, so that equal values have equal JSON. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}
