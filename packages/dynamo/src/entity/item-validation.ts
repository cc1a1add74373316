import { NumberValueImpl } from '@aws-sdk/util-dynamodb';
import { ItemTooLargeError } from '../errors.js';
import { InvalidItemError } from '../invalid-item-error.js';
import { readNumber } from '../transport/number-value.js';

/** DynamoDB's limit on the size of an item, names and values together. */
export const maxItemBytes = 409_600;
const maxLevels = 32;

/**
 * Returns the size of attributes in bytes by DynamoDB's rules, after checking every value in them.
 * @param level 2 for attributes that are stored inside of a map
 * @throws InvalidItemError for a value that cannot be stored, or would be read back as another
 */
export function measure(attributes: Record<string, unknown>, level = 1): number {
  let bytes = 0;
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) bytes += nameBytes('', name) + checkValue(name, value, level);
  }
  return bytes;
}

/**
 * As {@link measure}, for stored attributes of any writer: values that this package does not store count as nothing.
 * @throws InvalidItemError for a value that was not too deep where it is stored, and is inside of a map
 */
export function measureStored(attributes: Record<string, unknown>, level = 1): number {
  let bytes = 0;
  for (const name in attributes) {
    try {
      bytes += measure({ [name]: attributes[name] }, level);
    } catch (error) {
      const isTooDeep = (error as InvalidItemError).reason === 'nested over 32 levels' && level > 1;
      if (isTooDeep || !(error instanceof InvalidItemError)) throw error;
    }
  }
  return bytes;
}

/** @throws ItemTooLargeError over 400 KB */
export function checkSize(bytes: number): number {
  if (bytes > maxItemBytes) throw new ItemTooLargeError(bytes);
  return bytes;
}

/** Beyond the year 5000: milliseconds given as seconds. */
const latestSeconds = 1e11;

/** @throws InvalidItemError for a time of expiry that is not a whole number of seconds since 1970 */
export function checkExpiry(expiry: string | undefined, attributes: Record<string, unknown>): void {
  const at = expiry === undefined ? undefined : (attributes[expiry] ?? undefined);
  if (at === undefined || (Number.isInteger(at) && Number(at) >= 0 && Number(at) < latestSeconds)) return;
  throw new InvalidItemError(String(expiry), 'no time in seconds');
}

function nameBytes(path: string, name: string): number {
  if (name === '') throw new InvalidItemError(path, 'empty name');
  if (name === '__proto__') throw new InvalidItemError(path || name, 'reserved name');
  if (!name.isWellFormed()) throw new InvalidItemError(path || name, 'invalid Unicode');
  return Buffer.byteLength(name);
}

function checkValue(path: string, value: unknown, level: number): number {
  if (level > maxLevels) throw new InvalidItemError(path, 'nested over 32 levels');
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new InvalidItemError(path, 'invalid Unicode');
      return Buffer.byteLength(value);
    case 'number':
      return checkNumber(path, value);
    case 'boolean':
      return 1;
    case 'object':
      return value === null ? 1 : checkObject(path, value, level);
    case 'bigint':
      return checkStoredNumber(path, String(value));
    default: // undefined inside a list, function, symbol
      throw new InvalidItemError(path, 'unsupported type');
  }
}

function checkNumber(path: string, value: number): number {
  if (Number.isNaN(value)) throw new InvalidItemError(path, 'NaN');
  const magnitude = Math.abs(value);
  if (magnitude === Infinity || (magnitude !== 0 && magnitude < 1e-130)) {
    throw new InvalidItemError(path, 'number out of range');
  }
  if (magnitude > Number.MAX_SAFE_INTEGER) throw new InvalidItemError(path, 'unsafe integer');
  return Math.ceil(String(value).length / 2) + 1;
}

/** A number as reads return it where no JavaScript number holds it. One that does would be read back in another form. */
function checkStoredNumber(path: string, text: string): number {
  const digits = text
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  if (typeof readNumber(text) === 'number' || digits > 38) throw new InvalidItemError(path, 'unsupported type');
  return Math.ceil(text.length / 2) + 1;
}

function checkObject(path: string, value: object, level: number): number {
  if (value instanceof NumberValueImpl) return checkStoredNumber(path, value.value);
  if (Array.isArray(value)) {
    return value.reduce<number>((bytes, one, i) => bytes + 1 + checkValue(`${path}[${i}]`, one, level + 1), 3);
  }
  if (value instanceof Set) return checkSet(path, value, level);
  if (value instanceof Uint8Array) return value.byteLength;
  if (value instanceof Date) throw new InvalidItemError(path, 'Date');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new InvalidItemError(path, 'unsupported type');
  let bytes = 3;
  for (const [name, one] of Object.entries(value)) {
    if (name === 'constructor') throw new InvalidItemError(`${path}.${name}`, 'reserved name'); // the SDK mistakes the map for a class
    if (one !== undefined) bytes += 1 + nameBytes(`${path}.`, name) + checkValue(`${path}.${name}`, one, level + 1);
  }
  return bytes;
}

function checkSet(path: string, set: Set<unknown>, level: number): number {
  if (set.size === 0) throw new InvalidItemError(path, 'empty set');
  let bytes = 0;
  const kinds = new Set<string>();
  const binaries = new Set<string>();
  for (const one of set) {
    const kind = one instanceof NumberValueImpl || typeof one === 'bigint' ? 'number' : typeof one;
    if (kind !== 'string' && kind !== 'number' && !(one instanceof Uint8Array)) {
      throw new InvalidItemError(path, 'unsupported type');
    }
    kinds.add(kind);
    if (one instanceof Uint8Array) binaries.add(Buffer.from(one).toString('base64'));
    bytes += checkValue(path, one, level + 1);
  }
  if (binaries.size > 0 && binaries.size < set.size) throw new InvalidItemError(path, 'equal binaries');
  if (kinds.size > 1) throw new InvalidItemError(path, 'unsupported type');
  return bytes;
}
