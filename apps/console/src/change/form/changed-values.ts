import { absent, type Draft, draftOf, emptyField, ownValue } from './draft.js';
import type { NamedField } from './field-spec.js';
import { type Problems, problemSink } from './problems.js';
import { readDraft } from './read-draft.js';
import { isSame } from './same-value.js';

export type Drafts = Readonly<Record<string, Draft>>;

/** Returns the drafts of a new entity. */
export const emptyDrafts = (fields: readonly NamedField[]): Drafts =>
  Object.fromEntries(fields.map(({ name, spec, isRequired }) => [name, emptyField(spec, isRequired)]));

/** Returns the drafts of an entity as it is stored. */
export const draftsOf = (fields: readonly NamedField[], values: Readonly<Record<string, unknown>>): Drafts =>
  Object.fromEntries(fields.map(({ name, spec }) => [name, draftOf(spec, ownValue(values, name) ?? undefined)]));

/**
 * Reads what has changed against the stored values, for an update. An attribute that has a value no longer becomes
 * null. Attributes that nobody touched are not checked, since what is stored may break a newer schema.
 */
export function changedValues(
  fields: readonly NamedField[],
  { drafts, initial, stored }: { drafts: Drafts; initial: Drafts; stored: Readonly<Record<string, unknown>> },
): { values: Record<string, unknown>; problems: Problems } {
  const sink = problemSink();
  const entries = fields.flatMap(({ name, spec }) => {
    const draft = ownValue(drafts, name) ?? absent;
    if (draft === ownValue(initial, name)) return [];
    const before = ownValue(stored, name) ?? null;
    const value = readDraft(spec, draft, name, sink) ?? null;
    if (Object.hasOwn(sink.found, name) || isSame(value, before)) return [];
    if (value === null && !spec.isNullable) sink.add(name, 'Required');
    return [[name, value] as const];
  });
  return { values: Object.fromEntries(entries), problems: sink.found };
}
