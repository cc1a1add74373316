import { InvalidItemError } from '../invalid-item-error.js';
import type { BaseModel } from './entity.js';
import { sortableNumber } from './sortable-number.js';

type Name<T> = T extends unknown ? Exclude<keyof T, `${'pk' | 'sk'}${number}` | 'version'> & string : never;
type Value<T, K extends string> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/** The names of the attributes that a key can be made of: texts, numbers and booleans. */
export type KeyName<T> = {
  [K in Name<T>]: Exclude<Value<T, K>, null | undefined> extends string | number | boolean ? K : never;
}[Name<T>];

/** An attribute in a key, in another form than its own text. */
export interface KeyPart<A extends string = string> {
  readonly attribute: A;
  /** Returns the text of a present value. */
  readonly text: (value: KeyValue) => string;
  /** The text where the attribute is absent; without it, an absent attribute leaves the pair out. */
  readonly fallback?: string;
  /** The attribute whose value takes the place of an absent one. */
  readonly otherwise?: A;
  /** Numbers have this many digits, so they need no escape. */
  readonly width?: number;
}
type KeyValue = string | number | boolean | bigint;

/**
 * Returns the tag of one key in `setGSIKeys`. An entity without one of its attributes is left out of the index. A separator inside a value is
 * written as `%23`, so that it cannot make two keys equal; the last value of a key is never changed.
 *
 * ```ts
 * entity.pk1 = key(entity)`PROJECT#${'projectId'}`;
 * entity.sk1 = key(entity)`STATUS#${'status'}#NUMBER#${padded('number', 8)}`;
 * ```
 */
export function key<T extends BaseModel>(
  entity: T,
): (texts: TemplateStringsArray, ...parts: readonly (KeyName<T> | KeyPart<KeyName<T>>)[]) => string {
  const source: KeySource | undefined = Object(entity)[keySource];
  if (!source) throw new TypeError('key() takes the entity that setGSIKeys is given');
  return (texts, ...parts) => keyText(source, texts, parts);
}

/** Pads a whole number from 0 up with zeros, so that its keys are in the order of the numbers. */
export const padded = <const A extends string>(attribute: A, width: number): KeyPart<A> => ({
  attribute,
  text: (value) => pad(attribute, value, width),
  width,
});

/** A number of any size and sign, in the form of `sortableNumber`; only # or nothing may follow it. */
export const sortable = <const A extends string>(attribute: A): KeyPart<A> => ({
  attribute,
  text: (value) => (typeof value === 'number' || typeof value === 'bigint' ? sortableNumber(value) : String(value)),
});

/** The text of an attribute in lower case. */
export const lowerCase = <const A extends string>(attribute: A): KeyPart<A> => ({
  attribute,
  text: (value) => String(value).toLowerCase(),
});

/** The text of an attribute, or another one where it is absent. */
export const orElse = <const A extends string>(attribute: A, fallback: string): KeyPart<A> => ({
  attribute,
  text: String,
  fallback,
});

/** The value of an attribute, or that of another one where it is absent: `firstOf('updatedAt', 'createdAt')` is the last change. */
export const firstOf = <const A extends string>(attribute: A, otherwise: A): KeyPart<A> => ({
  attribute,
  text: String,
  otherwise,
});

/** By this property, a template reaches the run of `setGSIKeys`. */
export const keySource = Symbol('keySource');

/** One run of `setGSIKeys`, as templates see it. */
export interface KeySource {
  /** Returns the value of an attribute; `unknownValue` where a query does not give it. */
  read(attribute: string): unknown;
  /** Takes note of a text that a template makes. */
  made(template: MadeKey): void;
}
export const unknownValue = Symbol('unknown');

/** A text that a template made. */
export interface MadeKey {
  /** What `setGSIKeys` gets; of an incomplete key, a text that no key can be. */
  readonly text: string;
  /** All of a complete key, or what comes before the first attribute that is unknown. */
  readonly prefix: string;
  /** The attribute at which an incomplete key ends. */
  readonly endsAt?: string;
  /** Present attributes in the text. */
  readonly attributes: readonly string[];
  /** All attributes that the template names. */
  readonly named: readonly string[];
  /** The attribute for whose absence there is no key. */
  readonly absent?: string;
}

/** Half surrogate pairs: no attribute and no key can hold them. */
const noKey = '\udead\udead';
/** True for what a template returns for an incomplete or left-out key, also as a part of another text. */
export const isNoKey = (text: string): boolean => text.includes(noKey);

function keyText(source: KeySource, texts: readonly string[], given: readonly (string | KeyPart)[]): string {
  const parts = given.map((part): KeyPart => (typeof part === 'string' ? { attribute: part, text: String } : part));
  const named = parts.flatMap(({ attribute, otherwise }) => [
    attribute,
    ...(otherwise === undefined ? [] : [otherwise]),
  ]);
  const values = parts.map(({ attribute, otherwise }) => {
    const value = source.read(attribute);
    return isAbsent(value) && otherwise !== undefined
      ? { used: otherwise, value: source.read(otherwise) }
      : { used: attribute, value };
  });
  const attributes: string[] = [];
  let prefix = texts[0] ?? '';
  const made = (more: Partial<MadeKey>): string => {
    const key = { text: prefix, prefix, attributes, named, ...more };
    source.made(key);
    return key.text;
  };
  for (const [i, { attribute, text, fallback, width }] of parts.entries()) {
    const following = texts[i + 1] ?? '';
    if (following === '' && i + 1 < parts.length) {
      throw new TypeError(
        `A key needs text between ${attribute} and ${parts[i + 1]?.attribute}, such as #: else two keys could be equal`,
      );
    }
    const { used = attribute, value } = values[i] ?? {};
    if (used !== attribute) attributes.push(attribute); // it is known to be absent
    if (value === unknownValue) return made({ text: noKey + prefix + used, endsAt: used });
    attributes.push(used);
    if (isAbsent(value) && fallback === undefined) return made({ text: noKey + prefix + used, absent: used });
    const own = isAbsent(value) ? (fallback ?? '') : text(checkedValue(used, value));
    const isFixed = width !== undefined && typeof value !== 'string';
    prefix += (isFixed ? own : escaped(own, following)) + following;
  }
  return made({});
}

const isAbsent = (value: unknown) => value === undefined || value === null;

function checkedValue(attribute: string, value: unknown): KeyValue {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new InvalidItemError(attribute, Number.isNaN(value) ? 'NaN' : 'unsupported type');
}

function pad(attribute: string, value: KeyValue, width: number): string {
  const text = String(value);
  if (typeof value === 'string') return text.padStart(width, '0');
  if (!/^\d+$/.test(text) || text.length > width) throw new InvalidItemError(attribute, 'wider than its key');
  return text.padStart(width, '0');
}

/**
 * Escapes the separator in a value: the first character of the text that follows. The escaped value does not contain it, so the value ends
 * where the separator first occurs. An escape sign is itself escaped only where it could be mistaken for an escape.
 */
function escaped(value: string, following: string): string {
  if (following === '') return value;
  const separator = String.fromCodePoint(following.codePointAt(0) ?? 0);
  const sign = separator === '%' ? '~' : '%';
  if (!value.includes(separator) && !value.includes(sign)) return value;
  const isHex = /[0-9A-F]/.test(separator); // its code could contain it
  const codeOf = (character: string) => character.codePointAt(0)?.toString(16).toUpperCase() ?? '';
  const [separatorCode, signCode] = isHex ? ['x', 'y'] : [codeOf(separator), codeOf(sign)];
  return value
    .split(sign)
    .reduce((left, right) => {
      const isEscape = right.startsWith(separatorCode) || right.startsWith(signCode);
      return `${left}${sign}${isEscape ? signCode : ''}${right}`;
    })
    .replaceAll(separator, sign + separatorCode);
}
