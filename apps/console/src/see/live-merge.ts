import type { Entity } from '../api/description.js';

/** An event of the subscription `changes`. A reset means that changes may have been missed. */
export type LiveEvent =
  | { readonly type: 'reset' }
  | {
      readonly type: 'created' | 'updated';
      readonly id: string;
      readonly version: number;
      readonly entity: Entity;
    }
  | { readonly type: 'deleted' | 'expired'; readonly id: string; readonly version: number };

export interface AttributeChange {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface LiveChange {
  /** The same for each delivery of this change. */
  readonly key: string;
  readonly type: 'created' | 'updated' | 'deleted' | 'expired';
  readonly id: string;
  readonly version: number;
  readonly receivedAt: number;
  /** The entity after the change, or the last one that was known before it was deleted. */
  readonly value?: Entity | undefined;
  /** What an update changed; absent if no version before it is known. */
  readonly changes?: readonly AttributeChange[] | undefined;
  /** The version with which an update is compared. */
  readonly since?: number | undefined;
}

/** Changes may have been missed between those before and those after. */
export interface LiveGap {
  readonly key: string;
  readonly type: 'gap';
  readonly receivedAt: number;
}

export type LiveEntry = LiveChange | LiveGap;

interface MergeOptions {
  readonly receivedAt: number;
  /** Finds an entity that the console has loaded before, by its id. */
  readonly findLoaded: (id: string) => Entity | undefined;
}

/** Number of entries that are kept. */
export const maxEntries = 500;

/** Returns the entries with an event, the newest first. An event that was delivered before changes nothing. */
export function mergeEvent(
  entries: readonly LiveEntry[],
  event: LiveEvent,
  { receivedAt, findLoaded }: MergeOptions,
): readonly LiveEntry[] {
  if (event.type === 'reset') {
    const [newest] = entries;
    if (!newest || newest.type === 'gap') return entries;
    return bounded([{ key: `gap ${receivedAt} ${newest.key}`, type: 'gap', receivedAt }, ...entries]);
  }
  const { type, id, version } = event;
  const key = `${id} ${version} ${type}`;
  if (entries.some((entry) => entry.key === key)) return entries;
  const before = newestBefore(version, type, [lastKnown(entries, id, version), findLoaded(id)]);
  const value = 'entity' in event ? event.entity : before;
  const isComparable = type === 'updated' && before?.version !== undefined && value !== undefined;
  const change: LiveChange = {
    ...{ key, type, id, version, receivedAt, value },
    ...(isComparable && { changes: attributeChanges(before, value), since: before.version }),
  };
  return bounded([change, ...entries]);
}

const bounded = (entries: readonly LiveEntry[]) => entries.slice(0, maxEntries);

/** Returns the newest version that an entry holds, of those before a version. */
const lastKnown = (entries: readonly LiveEntry[], id: string, version: number): Entity | undefined =>
  entries
    .filter((entry) => entry.type !== 'gap' && entry.id === id && entry.version <= version)
    .map((entry) => (entry.type === 'gap' ? undefined : entry.value))
    .reduce<Entity | undefined>((newest, one) => newerOf(newest, one), undefined);

/** The console may have loaded an entity after the change of which it is told now. A delete leaves the last version. */
function newestBefore(version: number, type: LiveChange['type'], candidates: readonly (Entity | undefined)[]) {
  const isBefore = (one: Entity | undefined) =>
    one !== undefined && (type === 'deleted' || type === 'expired' || (one.version ?? version) < version);
  return candidates.filter(isBefore).reduce<Entity | undefined>((newest, one) => newerOf(newest, one), undefined);
}

const newerOf = (one: Entity | undefined, other: Entity | undefined) =>
  one && (one.version ?? 0) >= (other?.version ?? 0) ? one : other;

/** Attributes that each write changes. */
const managed = new Set(['version', 'updatedAt']);

/** Returns the attributes whose values differ, without those that each write changes. */
export function attributeChanges(before: Entity, after: Entity): AttributeChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !managed.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

interface LoadedRows {
  /** When the list was begun, as `Date.now()`. */
  readonly since: number;
  readonly rows: readonly Entity[];
}

/**
 * Returns the changes that loaded rows do not show yet. Rows may be newer than an event about them. A delete counts if
 * its entity is among the rows.
 */
export function unseenChanges(entries: readonly LiveEntry[], { since, rows }: LoadedRows): readonly LiveEntry[] {
  const candidates = entries.filter(({ receivedAt }) => receivedAt > since);
  if (candidates.length === 0) return candidates;
  const versions = new Map<string, number | undefined>(
    candidates.flatMap((entry) => (entry.type === 'gap' ? [] : [[entry.id, undefined]])),
  );
  for (const { id, version = 0 } of rows) if (versions.has(id)) versions.set(id, version);
  return candidates.filter((entry) => {
    if (entry.type === 'gap') return true;
    const shown = versions.get(entry.id);
    if (entry.type === 'deleted' || entry.type === 'expired') return shown !== undefined;
    return shown === undefined || shown < entry.version;
  });
}
