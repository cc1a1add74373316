import { contention, pause } from './database.js';
import { type Examination, isAlive } from './examination.js';
import type { Finding, FindingKind } from './findings.js';
import type { ExaminedModel } from './models.js';
import { asRead, type RawItem, type Stored, stateAttributes } from './stored-item.js';

const isKey = (name: string) => /^(?:[ps]k\d+|vk[0-4])$/.test(name);

export interface KeyChanges {
  readonly set: Record<string, string>;
  readonly remove: readonly string[];
  readonly kind: Extract<FindingKind, 'wrong keys' | 'other shards'>;
  /** What is wrong, without values. */
  readonly what: string;
}

/**
 * Returns the difference between an item's index keys and those that its model makes; undefined if there is none, or
 * none can be made.
 */
export function keyChanges({ stores }: ExaminedModel, { item }: Stored): KeyChanges | undefined {
  let right: Readonly<Record<string, string>>;
  try {
    right = stores.keys(item);
  } catch {
    return undefined; // an unreadable item
  }
  const wrong = Object.keys(right).filter((name) => item[name] !== right[name]);
  const remove = Object.keys(item).filter((name) => isKey(name) && !(name in right));
  if (wrong.length + remove.length === 0) return undefined;
  const set = Object.fromEntries(wrong.map((name) => [name, String(right[name])]));
  const moving = stores.keysOfOtherShards(item);
  const isMoving = (name: string) => moving.includes(name.replace(/^sk/, 'pk'));
  const faults = [
    ...(moving.length > 0 ? [`${moving.join(', ')}: of another number of shards`] : []),
    ...wrong.filter((name) => !isMoving(name)).map((name) => `${name} ${name in item ? 'is stale' : 'is missing'}`),
    ...remove.map((name) => `${name} should not be there`),
  ];
  return { kind: moving.length > 0 ? 'other shards' : 'wrong keys', set, remove, what: faults.join(', ') };
}

/**
 * Confirms by a consistent read that the index keys of an item are wrong. With `fix` they are corrected, if the item is
 * still as it was read.
 */
export async function resolveKeys(
  { database, fixes }: Examination,
  model: ExaminedModel,
  id: string,
): Promise<Finding | undefined> {
  for (let attempt = 1; ; attempt++) {
    const stored = await database.get(id);
    const changes = isAlive(model, stored) ? keyChanges(model, stored) : undefined;
    if (!stored || !changes) return undefined;
    const finding = { kind: changes.kind, ids: [id], what: changes.what } as const;
    if (!fixes.has(changes.kind)) return { ...finding, outcome: 'left' };
    if (versionFault(stored))
      return { ...finding, what: `${changes.what}; correct its version first`, outcome: 'left' };
    try {
      if (await database.update(correction(model, stored, changes))) return { ...finding, outcome: 'repaired' };
    } catch (error) {
      if ((error as Error).name !== 'ValidationException') throw error;
      return { ...finding, what: `${changes.what}; the database rejects the correct ones`, outcome: 'left' };
    }
    await pause(attempt, contention(id), database.signal);
  }
}

/** Returns the reason for which a version cannot be incremented, and the remedy; undefined if it can, or is absent. */
export function versionFault({ raw: { version }, item }: Stored): string | undefined {
  if (!version || Number.isSafeInteger(item.version)) return undefined;
  const what = version.N === undefined ? 'not a number' : 'not a whole number up to 2^53 - 1';
  return `version: ${what}, so that no model can write the item: set it to a whole number, or remove it, which counts as 0`;
}

/**
 * Returns an update of the keys, and of absent attributes, under everything that they were made from: an older system changes attributes
 * without a version. It increments the version as every write does: a model that read the item before must not write
 * keys computed from that state over these.
 */
export function correction(
  { stores }: ExaminedModel,
  { raw, item }: Stored,
  { set, remove }: Pick<KeyChanges, 'set' | 'remove'>,
  values: RawItem = {},
) {
  const { indexedAttributes, uniqueAttributes } = stores;
  const keys = [...Object.keys(item).filter(isKey), ...Object.keys(set)];
  const madeFrom = indexedAttributes ?? Object.keys(item); // not declared: any attribute may be part of a key
  const condition = asRead(
    raw,
    [
      ...stateAttributes,
      'createdAt',
      'updatedAt',
      ...keys,
      ...uniqueAttributes,
      ...madeFrom,
      ...Object.keys(values),
    ].filter((name) => name !== 'id'),
  );
  const sets = Object.keys(set).map((name) => `${name} = :${name}`);
  Object.keys(values).forEach((_, n) => {
    sets.push(`#v${n} = :v${n}`);
  });
  sets.push('#version = if_not_exists(#version, :none) + :one');
  return {
    Key: { id: { S: item.id } },
    UpdateExpression: `SET ${sets.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`,
    ConditionExpression: condition.ConditionExpression,
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      ...Object.fromEntries(Object.keys(values).map((name, n) => [`#v${n}`, name])),
      '#version': 'version',
    },
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...Object.fromEntries(Object.entries(set).map(([name, key]) => [`:${name}`, { S: key }])),
      ...Object.fromEntries(Object.values(values).map((value, n) => [`:v${n}`, value])),
      ':none': { N: '0' },
      ':one': { N: '1' },
    },
  };
}
