import { type Attributes, isIndexKey } from './entity.js';
import { isKeyOfIndex } from './index-names.js';
import { type KeySource, keySource, type MadeKey, unknownValue } from './key-template.js';

export type SetGSIKeys = (entity: Attributes, now: string) => void;

/** What one run of `setGSIKeys` did. */
export interface Recording {
  readonly keys: Attributes;
  /** Attributes that it read itself, in the order of their first read. */
  readonly reads: ReadonlySet<string>;
  /** Attributes that its templates named. */
  readonly named: ReadonlySet<string>;
  /** The templates whose text it set as a key, by the name of the key. */
  readonly templates: ReadonlyMap<string, MadeKey>;
  /** The templates whose text it did not set as a key. */
  readonly unused: readonly MadeKey[];
}

/** How a run treats attributes that the entity does not have. */
export interface RecordingOptions {
  /** Given for each attribute that is absent or null. */
  readonly absent?: unknown;
  /** Called for each attribute that is read outside of templates and is not among the given ones; templates end there. */
  readonly onUnknown?: ((attribute: string) => never) | undefined;
}

const isAbsent = (value: unknown) => value === undefined || value === null;
const noNames: ReadonlySet<string> = new Set();
const none: ReadonlyMap<string, MadeKey> = new Map();

/**
 * Runs `setGSIKeys` on a proxy of the entity, which collects the keys that it sets and the attributes that it reads.
 * Setting any other attribute throws, since the value would be lost.
 */
export function recordKeys(
  setGSIKeys: SetGSIKeys,
  entity: Attributes,
  now: string,
  { absent, onUnknown }: RecordingOptions = {},
): Recording {
  const keys: Attributes = {};
  const reads = new Set<string>();
  let templates: TemplateRecord | undefined;
  const read = (name: string) => {
    if (onUnknown && !Object.hasOwn(entity, name) && !(name in Object.prototype)) onUnknown(name);
    reads.add(name);
  };
  const proxy = new Proxy(entity, {
    get(target, name) {
      if (name === keySource) {
        templates ??= new TemplateRecord(target, onUnknown !== undefined);
        return templates;
      }
      if (typeof name === 'symbol') return Reflect.get(target, name);
      if (isIndexKey(name)) return keys[name];
      read(name);
      return target[name] ?? absent;
    },
    has(target, name) {
      if (isIndexKey(String(name))) return name in keys;
      read(String(name));
      return !isAbsent(Reflect.get(target, name) ?? absent);
    },
    ownKeys(target) {
      onUnknown?.('all attributes');
      for (const name of Object.keys(target)) reads.add(name);
      return Reflect.ownKeys(target);
    },
    set(_, name, value) {
      if (typeof name === 'symbol' || !isKeyOfIndex(name)) {
        throw new TypeError(`setGSIKeys sets ${String(name)}: it may set pk1 to pk20 and sk1 to sk20 only`);
      }
      keys[name] = value;
      templates?.set(name, value);
      return true;
    },
    deleteProperty: (_, name) => {
      templates?.set(String(name), undefined);
      return delete keys[String(name)];
    },
  });
  const result: unknown = setGSIKeys(proxy, now);
  if (result instanceof Promise) {
    result.catch(() => {}); // a rejection that nobody handles would end the process
    throw new TypeError('setGSIKeys returns a promise: it must be synchronous');
  }
  return {
    keys,
    reads,
    named: templates?.named ?? noNames,
    templates: templates?.keys ?? none,
    unused: templates?.unused ?? [],
  };
}

/**
 * Returns the attributes that index keys are made of, where `setGSIKeys` names all of them in templates that it sets as keys, since it then does
 * the same for every entity. Returns undefined where it reads an attribute itself, or uses a template's text otherwise: what it does may then
 * depend on the entity.
 */
export function namedAttributes(setGSIKeys: SetGSIKeys): readonly string[] | undefined {
  try {
    // one attribute, so that reading all of them is noticed
    const { reads, named, unused } = recordKeys(setGSIKeys, { any: '' }, '');
    return reads.size === 0 && unused.length === 0 ? [...named] : undefined;
  } catch {
    return undefined; // it needs more than an empty entity
  }
}

/** The texts that templates made in one run, and the keys that they became. */
class TemplateRecord implements KeySource {
  readonly named = new Set<string>();
  readonly keys = new Map<string, MadeKey>();
  /** Made and not yet set, in their order: two templates may make the same text. */
  unused: MadeKey[] = [];
  readonly #entity: Attributes;
  readonly #isPartial: boolean;

  constructor(entity: Attributes, isPartial: boolean) {
    this.#entity = entity;
    this.#isPartial = isPartial;
  }

  read(attribute: string): unknown {
    this.named.add(attribute);
    return this.#isPartial && !Object.hasOwn(this.#entity, attribute) ? unknownValue : this.#entity[attribute];
  }

  made(made: MadeKey): void {
    this.unused.push(made);
  }

  set(key: string, value: unknown): void {
    const made =
      this.unused.find(({ text }) => text === value) ?? [...this.keys.values()].find(({ text }) => text === value);
    this.unused = this.unused.filter((one) => one !== made);
    if (made) this.keys.set(key, made);
    else this.keys.delete(key);
  }
}
