import { describe, expect, it } from 'vitest';
import type { ConsoleEntity, JsonSchema } from '../../src/api/description.js';
import { undoOfDelete, undoText } from '../../src/change/delete/undo-of-delete.js';
import { revertInput } from '../../src/change/entity-calls.js';

const text = { type: 'string' } as const;
const procedure = (path: string, properties: Readonly<Record<string, JsonSchema>>) => ({
  path,
  takesKey: true,
  input: { type: 'object', properties },
});
const entity: ConsoleEntity = {
  name: 'notes',
  title: 'Notes',
  singular: 'note',
  schema: { properties: { id: text, organisationId: text, title: text, createdAt: text, version: { type: 'number' } } },
  scope: 'organisationId',
  lists: [],
  lookUps: [],
  others: [],
  create: procedure('notes.create', { organisationId: text, title: text }),
};
const value = { id: 'n1', organisationId: 'o1', title: 'x', createdAt: '2026-01-01', version: 3 };
const undoOf = (one: ConsoleEntity, deleted: typeof value = value, mayCall = true) =>
  undoOfDelete(one, { value: deleted, scope: 'o1', mayCall: (wanted) => wanted !== undefined && mayCall });

describe('the undo of a delete', () => {
  it('takes the kept version that was seen', () => {
    const kept = { ...entity, revert: procedure('notes.revert', {}) };
    expect(undoOf(kept)).toEqual({
      path: 'notes.revert',
      takesKey: false,
      input: { organisationId: 'o1', id: 'n1', version: 3 },
      getsNewId: false,
    });
  });

  it('creates it again where the create takes all attributes, and says that it gets a new id', () => {
    const undo = undoOf(entity);
    expect(undo).toEqual({
      path: 'notes.create',
      takesKey: true,
      input: { organisationId: 'o1', title: 'x' },
      getsNewId: true,
    });
    expect(undoText(undo)).toContain('new id');
  });

  it('keeps the id where the create takes one', () => {
    const withId = { ...entity, create: procedure('notes.create', { organisationId: text, title: text, id: text }) };
    expect(undoOf(withId)).toMatchObject({ input: { id: 'n1' }, getsNewId: false });
  });

  it.each([
    ['an attribute would be lost', undoOf(entity, { ...value, ...{ owner: 'u1' } })],
    ['nothing can create it', undoOf({ ...entity, create: undefined } as never)],
    ['the caller lacks the permission', undoOf(entity, value, false)],
  ])('does not exist if %s', (_, undo) => {
    expect(undo).toBeUndefined();
    expect(undoText(undo)).toBe('This cannot be undone.');
  });
});

describe('a revert', () => {
  const revertible = (names: readonly string[]) => ({
    ...entity,
    revert: procedure('notes.revert', Object.fromEntries(names.map((name) => [name, text]))),
  });
  const call = { scope: 'o1', id: 'n1', version: 1 };

  it('meets the version that the user saw, where the procedure takes one and the entity is there', () => {
    const input = { organisationId: 'o1', id: 'n1', version: 1 };
    const takesOne = revertible(['id', 'version', 'expectedVersion']);
    expect(revertInput(takesOne, { ...call, value })).toEqual({ ...input, expectedVersion: 3 });
    expect(revertInput(takesOne, { ...call, value: undefined })).toEqual(input);
    expect(revertInput(revertible(['id', 'version']), { ...call, value })).toEqual(input);
  });
});
