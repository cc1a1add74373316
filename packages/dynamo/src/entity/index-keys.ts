import { isDeepStrictEqual } from 'node:util';
import { InvalidItemError } from '../invalid-item-error.js';
import { type Attributes, isIndexKey } from './entity.js';
import { maxPartitionKeyBytes, maxSortKeyBytes } from './entity-id.js';
import { type Recording, type RecordingOptions, recordKeys, type SetGSIKeys } from './key-recording.js';
import { isNoKey } from './key-template.js';

/** Index keys by name, such as `{ pk1, sk1, pk2, sk2 }`: whole pairs only. */
export type IndexKeys = Record<string, string>;

/**
 * Returns the index keys of an entity, without each pair of which a half is missing, empty, or built from an absent
 * attribute.
 *
 * A null attribute counts as absent. A fallback (`?? 'none'`) or condition on an absent attribute does what it says,
 * but the words `undefined` and `NaN` cannot be fallbacks.
 *
 * @param declared `indexedAttributes()`: reading any other attribute throws a TypeError that names it
 * @throws InvalidItemError for a key that is not text or exceeds DynamoDB's limit (pk 2,048 bytes, sk 1,024 bytes)
 */
export function indexKeys(
  setGSIKeys: SetGSIKeys,
  entity: Attributes,
  declared: readonly string[] | undefined,
): IndexKeys {
  const now = isAbsent(entity.createdAt) ? absentNow : String(entity.createdAt);
  const first = recordKeys(setGSIKeys, entity, now);
  if (declared) rejectUndeclared(first, declared);
  const withAbsences = keysWithAbsences(setGSIKeys, entity, now, first);
  const isUsable = (name: string) => {
    const key = first.keys[name];
    if (key === undefined || key === null || key === '') return false;
    if (typeof key !== 'string') throw new InvalidItemError(name, 'unsupported type');
    return !withAbsences.has(name) && !isNoKey(key);
  };
  const keys: IndexKeys = {};
  for (const pk of Object.keys(first.keys)) {
    const sk = pk.replace('pk', 'sk');
    if (!pk.startsWith('pk') || !isUsable(pk) || !isUsable(sk)) continue;
    keys[pk] = checkedKey(pk, String(first.keys[pk]), maxPartitionKeyBytes);
    keys[sk] = checkedKey(sk, String(first.keys[sk]), maxSortKeyBytes);
  }
  return keys;
}

/** Returns keys that are within DynamoDB's limits. @throws InvalidItemError */
export function checkedKeys(keys: IndexKeys): IndexKeys {
  for (const [name, key] of Object.entries(keys)) {
    checkedKey(name, key, name.startsWith('pk') ? maxPartitionKeyBytes : maxSortKeyBytes);
  }
  return keys;
}

const isAbsent = (value: unknown) => value === undefined || value === null;

/** A private-use character, which no change of case, trimming or normalisation affects. */
const placeholder = '\uE000';
/** Stands for an absent creation time. As long as a timestamp, so that a slice (`now.slice(0, 7)`) is recognised. */
const absentNow = placeholder.repeat(24);

const probeText = '1'; // valid as text, as a number and as a date
/** Stands for an absent attribute: `'1'` or 1 as a primitive. Its properties and results are the probe itself. */
const probe: unknown = new Proxy(() => {}, {
  get: (_, name) => {
    if (name === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? Number(probeText) : probeText);
    return typeof name === 'symbol' ? undefined : probe;
  },
  apply: () => probe,
});

/**
 * Returns how often a text contains `undefined` or `NaN`, in any case, since keys may be upper- or lower-cased.
 * In another case, `nan` counts only as a word of its own: "tenant" and "FINANCE" contain it too.
 */
function countAbsences(text: string): number {
  if (!/undefined|nan/i.test(text)) return 0; // nearly every key
  return text.replaceAll('NaN', ' NaN ').match(/undefined|(?<!\p{L})nan(?!\p{L})/giu)?.length ?? 0;
}

/** Returns a copy of a value without these words. Texts keep their length, because keys may be padded or sliced. */
function maskAbsences(value: unknown): unknown {
  if (typeof value === 'string') {
    return countAbsences(value)
      ? value.replaceAll(/undefined|nan/gi, (word) => placeholder.repeat(word.length))
      : value;
  }
  if (Array.isArray(value)) return value.map(maskAbsences);
  if (value instanceof Set) return new Set([...value].map(maskAbsences));
  return value?.constructor === Object ? maskAttributes(value as Attributes) : value;
}

const maskAttributes = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, maskAbsences(value)]));

/**
 * Returns the names of the keys whose text was built from an absent attribute, such as `CATEGORY#undefined`.
 *
 * A word alone proves nothing: a title may be "undefined is not a function", and a partition may be named UNDEFINED.
 * So if a key contains one and an absent attribute was read, a second run tells where it comes from. In that run, the
 * words of present values are masked.
 * - Usually a probe stands for the absent attributes. A word that disappears was an absence.
 * - If a present value that was read had a word, absent attributes stay absent. A word that remains is an absence.
 *   A probe would not do here: a condition on an absent attribute (`e.rank ? … : e.title`) would choose another key.
 *
 * A key that a template made is never among them: its absences are known without a guess.
 */
export function keysWithAbsences(
  setGSIKeys: SetGSIKeys,
  entity: Attributes,
  now: string,
  { keys, reads, named, templates }: Recording,
  options: RecordingOptions = {},
): ReadonlySet<string> {
  const isNowAbsent = now === absentNow;
  const names = Object.keys(keys);
  const found = new Set(isNowAbsent ? names.filter((name) => String(keys[name]).includes(placeholder)) : []);
  if (!isNowAbsent && ![...reads].some((name) => isAbsent(entity[name]))) return found;
  const suspects = names.filter((name) => !templates.has(name) && countAbsences(String(keys[name])) > 0);
  if (suspects.length === 0) return found;

  const masked = maskAttributes(entity);
  const isMasked = [...reads, ...named].some((name) => !isDeepStrictEqual(masked[name], entity[name]));
  const second = isMasked
    ? keysIfAny(setGSIKeys, masked, now, options)
    : keysIfAny(setGSIKeys, masked, isNowAbsent ? probeText : now, { ...options, absent: probe });
  for (const name of suspects) {
    const remaining = countAbsences(String(second[name] ?? ''));
    if (isMasked ? remaining > 0 : remaining < countAbsences(String(keys[name]))) found.add(name);
  }
  return found;
}

/** Returns no keys if `setGSIKeys` fails on a probe or a masked value. */
function keysIfAny(...run: Parameters<typeof recordKeys>): Attributes {
  try {
    return recordKeys(...run).keys;
  } catch {
    return {};
  }
}

export function checkedKey(name: string, key: string, limit: number): string {
  if (key.length * 3 > limit && Buffer.byteLength(key) > limit) {
    throw new InvalidItemError(name, limit === maxSortKeyBytes ? 'sk over 1,024 bytes' : 'pk over 2,048 bytes');
  }
  return key;
}

/** True for attributes that need not be declared, because they never change. */
const isConstant = (name: string) => name === 'id' || name === 'createdAt';

function rejectUndeclared({ reads, named }: Recording, declared: readonly string[]): void {
  for (const name of named.size > 0 ? [...reads, ...named] : reads) {
    if (!isConstant(name) && !declared.includes(name) && !(name in Object.prototype)) {
      throw new TypeError(
        `setGSIKeys reads ${name}, which indexedAttributes() does not list: its keys would get stale`,
      );
    }
  }
}

/**
 * Throws if `setGSIKeys` reads an attribute that the model does not declare. This dry run finds the attributes that are
 * read in every case. Those read in some cases only are found when such an entity is written.
 */
export function checkDeclaration(setGSIKeys: SetGSIKeys, declared: readonly string[]): void {
  const recording = dryRun(setGSIKeys);
  if (recording) rejectUndeclared(recording, declared);
}

/**
 * Runs `setGSIKeys` without an entity; undefined where it needs more than a probe, and a run on a real entity has to
 * tell.
 */
export function dryRun(setGSIKeys: SetGSIKeys): Recording | undefined {
  try {
    return recordKeys(setGSIKeys, {}, probeText, { absent: probe });
  } catch {
    return undefined;
  }
}

/** Returns the stored keys that the new ones do not include. */
export const keysToRemove = (stored: Attributes, next: IndexKeys): string[] =>
  Object.keys(stored).filter((name) => isIndexKey(name) && !(name in next));
