import type { Entity } from '../api/description.js';

/** An attribute that two versions have different values of. */
export interface Difference {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Attributes that every write changes. */
const ofEachWrite = ['version', 'updatedAt'];

/** Returns in which attributes two versions differ; an absent version stands for a deleted entity. */
export function versionDifferences(before: Entity | null, after: Entity | null): Difference[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => !ofEachWrite.includes(name) && !isEqual(before?.[name], after?.[name]))
    .map((name) => ({ name, before: before?.[name], after: after?.[name] }));
}

/** Compares two values of JSON, whichever order their keys have. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ones, others] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    ones.length === others.size && ones.every(([name, value]) => others.has(name) && isEqual(value, others.get(name)))
  );
}
