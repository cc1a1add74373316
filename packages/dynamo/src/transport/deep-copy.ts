import { uniformSet } from './number-value.js';

/**
 * Returns a copy of an attribute value, or of an object that holds some, which shares nothing that its owner can change. Class instances are
 * kept: a `NumberValue` does not change, and all others are rejected when the request is encoded.
 */
export function deepCopy<V>(value: V): V {
  return copyOf(value) as V;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Set) return uniformSet(new Set([...value].map(copyOf)));
  if (value instanceof Map) return new Map([...value].map(([name, entry]) => [name, copyOf(entry)]));
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value);
  if (value.constructor !== Object && value.constructor) return value;
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
  for (const name in value) copy[name] = copyOf((value as Record<string, unknown>)[name]);
  return copy;
}
