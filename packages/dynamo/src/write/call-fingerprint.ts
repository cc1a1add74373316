import { createHash } from 'node:crypto';
import type { WritePlan } from './prepared-write.js';

/** Returns a digest of the arguments of a call: equal for equal calls, whatever the order of attributes and of the elements of sets. */
export const fingerprintOf = (planned: readonly WritePlan[]): string =>
  createHash('sha256')
    .update(canonical(planned.map(({ name, definition, given }) => [name, definition.scope, ...given])))
    .digest('base64');

/** Returns a text that two values share only where they are equal. Attributes that are undefined count as absent. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value instanceof Uint8Array) return `binary ${Buffer.from(value).toString('base64')}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Set) return `set [${[...value].map(canonical).sort().join()}]`;
  if (value instanceof Map) return `map [${[...value].map(canonical).sort().join()}]`;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
    .sort()
    .join()}}`;
}
