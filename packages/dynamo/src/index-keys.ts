import { type Attributes, isIndexKey } from './entity.js';
import { maxPartitionKeyBytes, maxSortKeyBytes } from './entity-id.js';
import { InvalidItemError } from './errors.js';

/** Index keys by name: `{ pk1, sk1, pk2, sk2 }`, whole pairs only. */
export type IndexKeys = Record<string, string>;
export type SetGSIKeys = (entity: Attributes, now: string) => void;

interface Recording {
  keys: Attributes;
  /** Attributes that were read, in the order of their first reading. */
  reads: Set<string>;
}

/**
 * Runs `setGSIKeys` on a recording proxy: it collects what is assigned to pkN/skN and notes which attributes were read.
 * Assigning anything else is an error, since it would be lost.
 */
function record(setGSIKeys: SetGSIKeys, entity: Attributes, now: string): Recording {
  const keys: Attributes = {};
  const reads = new Set<string>();
  const proxy = new Proxy(entity, {
    get(target, name) {
      if (typeof name === 'symbol') return Reflect.get(target, name);
      if (isIndexKey(name)) return keys[name];
      reads.add(name);
      return target[name];
    },
    has(target, name) {
      if (isIndexKey(String(name))) return name in keys;
      reads.add(String(name));
      return name in target;
    },
    ownKeys(target) {
      for (const name of Object.keys(target)) reads.add(name);
      return Reflect.ownKeys(target);
    },
    set(_, name, value) {
      if (typeof name === 'symbol' || !isIndexKey(name)) {
        throw new TypeError(`setGSIKeys sets ${String(name)}: it may set pk1, sk1, pk2 and sk2 only`);
      }
      keys[name] = value;
      return true;
    },
    deleteProperty: (_, name) => delete keys[String(name)],
  });
  const result: unknown = setGSIKeys(proxy, now);
  if (result instanceof Promise) {
    result.catch(() => {}); // or its own failure would end the process
    throw new TypeError('setGSIKeys gives a promise: it must be synchronous');
  }
  return { keys, reads };
}

const probeText = '\uE000'; // a private sign, which no change of case or trimming touches
/** Stands for an absent attribute: where text is wanted it is a private sign, where a number is, 1; and so is all that is asked of it. */
const probe: unknown = new Proxy(() => {}, {
  get: (_, name) => {
    if (name === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? 1 : probeText);
    return typeof name === 'symbol' ? undefined : probe;
  },
  apply: () => probe,
});

/** How often a text says that something was not there. */
const absences = (text: string) => text.match(/undefined|null|NaN|UNDEFINED|NULL/g)?.length ?? 0;

/** A value whose own texts say no such thing, in whatever case. */
function withoutAbsences(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/undefined|null|nan/gi, probeText);
  if (Array.isArray(value)) return value.map(withoutAbsences);
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutAbsences(one)]));
}

/**
 * Names the keys whose text was made from an absent attribute, such as `CATEGORY#undefined`. Text alone cannot tell (a name may be
 * "undefined"), so the keys are made once more with a probe in place of what is absent, and compared; and where that speaks for it, once more
 * with present texts that do not say so themselves (a status "annulled").
 */
function keysOfAbsent(
  setGSIKeys: SetGSIKeys,
  entity: Attributes,
  now: string,
  first: Recording,
): (name: string) => boolean {
  const isAbsent = (name: string) => entity[name] === undefined || entity[name] === null;
  const absent = [...first.reads].filter(isAbsent);
  const hasNow = !isAbsent('createdAt'); // an item that another writer made may have none
  if (absent.length === 0 && hasNow) return () => false;
  let second: Attributes;
  try {
    const probes = Object.fromEntries(absent.map((name) => [name, probe]));
    second = record(setGSIKeys, { ...entity, ...probes }, hasNow ? now : probeText).keys;
  } catch {
    second = {}; // something else was expected where the probe stood
  }
  let third: Attributes | undefined;
  const staysAbsent = (name: string) => {
    try {
      third ??= record(setGSIKeys, withoutAbsences({ ...entity }) as Attributes, now).keys;
    } catch {
      third = first.keys;
    }
    return absences(String(third[name] ?? 'undefined')) > 0;
  };
  return (name) => {
    const text = String(first.keys[name]);
    const probed = String(second[name] ?? '');
    const isWithoutIt = probed.includes(probeText) && text === probed.replaceAll(probeText, ''); // such as ['a', undefined].join('#')
    return isWithoutIt || (absences(text) > absences(probed) && staysAbsent(name));
  };
}

/**
 * The index keys of an entity, as `setGSIKeys` makes them. A pair with a half missing, empty, or made from an absent attribute is left out whole.
 *
 * @param declared `indexedAttributes()`: reading another attribute throws, naming it
 * @throws InvalidItemError for a key that is no text, or longer than DynamoDB takes (pk 2,048, sk 1,024 bytes)
 */
export function indexKeys(
  setGSIKeys: SetGSIKeys,
  entity: Attributes,
  declared: readonly string[] | undefined,
): IndexKeys {
  const now = String(entity.createdAt);
  const first = record(setGSIKeys, entity, now);
  if (declared) refuseUndeclared(first.reads, declared);
  const isOfAbsent = keysOfAbsent(setGSIKeys, entity, now, first);
  const isUsable = (name: string) => {
    const key = first.keys[name];
    if (key === undefined || key === null || key === '') return false;
    if (typeof key !== 'string') throw new InvalidItemError(name, 'unsupported type');
    return !isOfAbsent(name);
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

function checkedKey(name: string, key: string, limit: number): string {
  if (key.length * 3 > limit && Buffer.byteLength(key) > limit) {
    throw new InvalidItemError(name, limit === maxSortKeyBytes ? 'sk over 1,024 bytes' : 'pk over 2,048 bytes');
  }
  return key;
}

/** An attribute that may be read without being declared: it never changes. */
const isConstant = (name: string) => name === 'id' || name === 'createdAt';

function refuseUndeclared(reads: ReadonlySet<string>, declared: readonly string[]): void {
  for (const name of reads) {
    if (!isConstant(name) && !declared.includes(name) && !(name in Object.prototype)) {
      throw new TypeError(
        `setGSIKeys reads ${name}, which indexedAttributes() does not list: its keys would get stale`,
      );
    }
  }
}

/**
 * A dry run for a model that declares its indexed attributes: throws if `setGSIKeys` reads another one. It finds what is read
 * in every case; what is read in some cases only is found when such an entity is written.
 */
export function checkDeclaration(setGSIKeys: SetGSIKeys, declared: readonly string[]): void {
  const anything = new Proxy({}, { get: () => probe, has: () => true }) as Attributes;
  let reads: ReadonlySet<string>;
  try {
    reads = record(setGSIKeys, anything, probeText).reads;
  } catch {
    return; // it expects more than a probe can be: the run on a real entity will tell
  }
  refuseUndeclared(reads, declared);
}

/** Old keys that the new set does not have any more. */
export const keysToRemove = (stored: Attributes, next: IndexKeys): string[] =>
  Object.keys(stored).filter((name) => isIndexKey(name) && !(name in next));
