import type { Attributes } from './entity.js';
import { keysWithAbsences } from './index-keys.js';
import { type Recording, recordKeys, type SetGSIKeys } from './key-recording.js';
import { isNoKey } from './key-template.js';

/** What a query knows of one key. */
export interface PartialKey {
  /** All of a complete key, or its beginning. */
  readonly text: string;
  readonly isComplete: boolean;
  /** The attribute at which an incomplete key ends. */
  readonly endsAt: string | undefined;
}

/** The names of an index's keys. */
export type KeyPair = readonly [pk: string, sk: string];

/** An attribute that is no part of a key: `given` to a query in vain. */
export interface UnusedAttribute {
  readonly attribute: string;
  /** The attribute at which the key ends, before it. */
  readonly after: string | undefined;
}

/** The keys of one index, as far as some attributes determine them. */
export interface PartialKeys {
  readonly pk: PartialKey;
  readonly sk: PartialKey;
  /** Returns the attributes that do not determine these keys, of those given. */
  unused(given: readonly string[], of: 'pk' | 'both'): UnusedAttribute[];
}

/**
 * Times of creation for a query that does not know one: what a key has in common for all of them does not depend on it. They differ in every
 * part of a timestamp.
 */
const times = [
  '1111-11-11T11:11:11.111Z',
  '2022-02-22T22:22:22.222Z',
  '3938-09-30T03:33:35.393Z',
  '9876-12-31T23:59:59.999Z',
];

/**
 * Runs `setGSIKeys` on some attributes of an entity, and returns the keys of one index as far as they are determined. An attribute that is
 * given as `undefined` is absent; one that is not given is unknown, and ends the key of a template that names it.
 * @throws TypeError where `setGSIKeys` itself reads an unknown attribute, or no entity with these attributes is in the index
 */
export function partialKeys(setGSIKeys: SetGSIKeys, known: Attributes, pair: KeyPair, index: string): PartialKeys {
  const onUnknown = (attribute: string): never => {
    throw new TypeError(
      `setGSIKeys reads ${attribute} itself, so \`of\` must have it (undefined, if it is absent): add \`${attribute}: …\`, or name it in a template: key(entity)\`…\${'${attribute}'}\``,
    );
  };
  const run = (now: string): Recording => {
    const recording = recordKeys(setGSIKeys, known, now, { onUnknown });
    const dropped = keysWithAbsences(setGSIKeys, known, now, recording, { onUnknown });
    for (const name of pair) rejectLeftOut(recording, name, dropped.has(name), index);
    return recording;
  };
  const isTimeKnown = known.createdAt !== undefined && known.createdAt !== null;
  const runs = (isTimeKnown ? [String(known.createdAt)] : [...times, new Date().toISOString()]).map(run);
  const [first] = runs as [Recording];
  const [pk, sk] = pair.map((name) => commonKey(runs, name)) as [PartialKey, PartialKey];
  const dependsOnTime = () => {
    const texts = [first, ...times.map(run)].map(({ keys }) => pair.map((name) => String(keys[name])).join('\n'));
    return new Set(texts).size > 1;
  };
  return {
    pk,
    sk,
    unused(given, of) {
      const names = of === 'pk' ? pair.slice(0, 1) : pair;
      const used = usedAttributes(first, names);
      const isUsed = (attribute: string) => used.has(attribute) || (attribute === 'createdAt' && dependsOnTime());
      const [, skName] = pair;
      const isNamed = (attribute: string) => first.templates.get(skName)?.named.includes(attribute);
      const followsTime = (attribute: string) =>
        of === 'both' &&
        !isTimeKnown &&
        sk.endsAt === 'createdAt' &&
        first.reads.has(attribute) &&
        isAfter(sk.text, markedKey(setGSIKeys, known, attribute, skName));
      return given.flatMap((attribute) => {
        if (!isUsed(attribute)) return { attribute, after: isNamed(attribute) ? sk.endsAt : undefined };
        return followsTime(attribute) ? { attribute, after: sk.endsAt } : [];
      });
    },
  };
}

/** A private-use character, which no change of case, trimming or normalisation affects. */
const marker = '\uE001';

/** Returns a key that `setGSIKeys` makes of a marker in place of one attribute, to show where the attribute is in the key. */
function markedKey(setGSIKeys: SetGSIKeys, known: Attributes, attribute: string, key: string): unknown {
  try {
    return recordKeys(setGSIKeys, { ...known, [attribute]: marker }, times[0] as string).keys[key];
  } catch {
    return undefined; // the attribute is no plain part of the key
  }
}

const isAfter = (prefix: string, key: unknown): boolean =>
  typeof key === 'string' && key.startsWith(prefix) && key.includes(marker, prefix.length);

function rejectLeftOut({ keys, templates }: Recording, name: string, isDropped: boolean, index: string): void {
  const key = keys[name];
  const made = templates.get(name);
  if (made?.endsAt !== undefined) return;
  if (typeof key === 'string' && isNoKey(key) && !made) {
    throw new TypeError(
      `setGSIKeys changes what key(entity)\`…\` returned before it sets ${name}: \`of\` cannot end such a key`,
    );
  }
  if (typeof key === 'string' && key !== '' && !isDropped && made?.absent === undefined) return;
  const reason = made?.absent === undefined ? `${name} is not set` : `${made.absent} is absent`;
  throw new TypeError(`No entity with these attributes is in ${index}: ${reason}`);
}

/** Returns what a key has in common in all runs. */
function commonKey(runs: readonly Recording[], name: string): PartialKey {
  const made = runs.map(
    ({ keys, templates }) => templates.get(name) ?? { prefix: String(keys[name]), endsAt: undefined },
  );
  const texts = made.map(({ prefix }) => prefix);
  const text = texts.reduce(commonPrefix);
  const endsAt = made[0]?.endsAt;
  const isSame = texts.every((one) => one === text) && made.every((one) => one.endsAt === endsAt);
  return isSame ? { text, isComplete: endsAt === undefined, endsAt } : { text, isComplete: false, endsAt: 'createdAt' };
}

/** Returns the text with which both begin, without half a character. */
export function commonPrefix(a: string, b: string): string {
  let end = 0;
  while (end < a.length && end < b.length && a[end] === b[end]) end++;
  const prefix = a.slice(0, end);
  return prefix.isWellFormed() ? prefix : prefix.slice(0, -1);
}

/** Returns the attributes on which the keys depend: those of their templates, and any that are read outside of templates of other keys. */
function usedAttributes({ reads, templates, unused }: Recording, names: readonly string[]): ReadonlySet<string> {
  const made = [...names.flatMap((name) => templates.get(name) ?? []), ...unused];
  return new Set([...reads, ...made.flatMap(({ attributes }) => attributes)]);
}
