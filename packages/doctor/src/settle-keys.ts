import { pause } from './database.js';
import type { Examination } from './examination.js';
import type { Finding } from './findings.js';
import type { ExaminedModel } from './models.js';
import { isUnchanged, type Stored } from './stored-item.js';

const isKey = (name: string) => /^[ps]k\d+$/.test(name);

interface KeyChanges {
  readonly set: Record<string, string>;
  readonly remove: readonly string[];
  /** In words, without values. */
  readonly what: string;
}

/** How the index keys of an item differ from what its model would make; undefined: they do not, or none can be made. */
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
  const words = [
    ...wrong.map((name) => `${name} ${name in item ? 'is stale' : 'is missing'}`),
    ...remove.map((name) => `${name} should not be there`),
  ];
  const set = Object.fromEntries(wrong.map((name) => [name, String(right[name])]));
  return { set, remove, what: words.join(', ') };
}

/** Looks again at an item whose keys looked wrong, and sets them right if asked to. */
export async function settleKeys(
  { database, fix }: Examination,
  model: ExaminedModel,
  id: string,
): Promise<Finding | undefined> {
  for (let attempt = 1; ; attempt++) {
    const stored = await database.get(id);
    const changes = stored && keyChanges(model, stored);
    if (!stored || !changes) return undefined;
    const finding = { kind: 'wrong keys', ids: [id], what: changes.what } as const;
    if (!fix) return { ...finding, outcome: 'left' };
    try {
      if (await database.update(repair(model, stored, changes))) return { ...finding, outcome: 'repaired' };
    } catch (error) {
      if ((error as Error).name !== 'ValidationException') throw error;
      return { ...finding, what: `${finding.what}; the database refuses the right ones`, outcome: 'left' };
    }
    await pause(attempt, new Error(`Other writers change ${id} all the time: try again later`), database.signal);
  }
}

/**
 * Keys only, under the version seen, and under everything seen from which keys are made, for writers without versions. It counts the version
 * up as every write does: a model that read the item before must not write keys over ours that it computed from what it read.
 */
function repair({ stores }: ExaminedModel, { raw, item }: Stored, { set, remove }: KeyChanges) {
  const { indexedAttributes = [], uniqueAttributes } = stores;
  const keys = [...Object.keys(item).filter(isKey), ...Object.keys(set)];
  const seen = ['version', 'createdAt', 'updatedAt', ...keys, ...indexedAttributes, ...uniqueAttributes];
  const condition = isUnchanged(
    raw,
    seen.filter((name) => name !== 'id'),
  );
  const sets = Object.keys(set).map((name) => `${name} = :${name}`);
  sets.push('#version = if_not_exists(#version, :none) + :one');
  return {
    Key: { id: { S: item.id } },
    UpdateExpression: `SET ${sets.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`,
    ConditionExpression: condition.ConditionExpression,
    ExpressionAttributeNames: { ...condition.ExpressionAttributeNames, '#version': 'version' },
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...Object.fromEntries(Object.entries(set).map(([name, key]) => [`:${name}`, { S: key }])),
      ':none': { N: '0' },
      ':one': { N: '1' },
    },
  };
}
