import type { _Record as StreamsRecord } from '@aws-sdk/client-dynamodb-streams';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type Change, type ChangeRecord, changeKey, changesOf } from '../src/index.js';
import { type Note, NoteModel, TallyModel } from './models.js';
import { asLambdaRecord, record } from './records.js';

const models = { notes: new NoteModel(), tallies: new TallyModel() };
const createdAt = '2026-11-30T11:00:00.000Z';
const base = { id: 'NOTE#1', createdAt, version: 1, _writeId: 'a', ref: '1', text: 'Hello' };
const item = (attributes: object = {}) => marshall({ ...base, ...attributes }, { removeUndefinedValues: true });
const tombstone = marshall({ id: 'NOTE#1', _tombstone: true, _fence: 5, expiresAt: 9 });
const timeToLive = { userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } };
const at = new Date('2026-11-30T12:00:00Z');
const past = at.getTime() / 1000 - 60;

describe.each([
  ['GetRecords', (one: StreamsRecord): ChangeRecord => one],
  ['Lambda', asLambdaRecord],
])('changesOf, with a record of %s', (_, form) => {
  it.each([
    ['a create', { after: item() }, {}, [['created', 1]]],
    ['an update', { before: item(), after: item({ version: 2, text: 'Bye' }) }, {}, [['updated', 2]]],
    ['a count, which leaves the version', { before: item(), after: item({ likes: 1 }) }, {}, [['updated', 1]]],
    ['a delete', { before: item({ version: 4 }) }, {}, [['deleted', 4]]],
    ['an entity replaced by a tombstone', { before: item({ version: 4 }), after: tombstone }, {}, [['deleted', 4]]],
    ['a tombstone replaced by a create', { before: tombstone, after: item() }, {}, [['created', 1]]],
    ['a removal by time to live', { before: item({ version: 2 }) }, timeToLive, [['expired', 2]]],
    ['a removal of a tombstone by time to live', { before: tombstone }, timeToLive, []],
    ['an expired entity that a write removes', { before: item({ expiresAt: past }) }, {}, [['expired', 1]]],
    [
      'an expired entity that gives way to a tombstone',
      { before: item({ expiresAt: past }), after: tombstone },
      {},
      [['expired', 1]],
    ],
    ['a delete before its expiry', { before: item({ expiresAt: past + 3600 }) }, {}, [['deleted', 1]]],
    [
      'a create over an expired entity',
      { before: item({ version: 3, expiresAt: past }), after: item({ createdAt: '2026-11-30T12:00:00.000Z' }) },
      {},
      [
        ['expired', 3],
        ['created', 1],
      ],
    ],
    ['a raised fence', { before: item(), after: item({ _fence: 7 }) }, {}, []],
    ['corrected index keys', { before: item(), after: item({ pk1: 'NOTE', sk1: '1' }) }, {}, []],
    ['a first fence: a tombstone where nothing was', { after: tombstone }, {}, []],
    ['a claim', { after: marshall({ id: 'UNIQUE#NOTE#code#x', ownerId: 'NOTE#1' }) }, {}, []],
    ['another entity', { after: marshall({ ...base, id: 'NOTES#1' }) }, {}, []],
  ] as const)('understands %s', (_title, images, more, expected) => {
    const one = form(record(images, { at, ...more }));
    const changes = changesOf(models, one);
    expect(changes.map(({ type, version }) => [type, version])).toEqual(expected);
    for (const change of changes) {
      expect(change).toMatchObject({ model: 'notes', id: '1', eventId: one.eventID, at: at.toISOString() });
      const has = { before: change.type !== 'created', after: /created|updated/.test(change.type) };
      expect({ before: change.before !== undefined, after: change.after !== undefined }).toEqual(has);
    }
  });

  it('returns entities as the model does', () => {
    const [change] = changesOf(models, form(record({ before: item(), after: item({ version: 2, text: 'Bye' }) })));
    expect(change).toMatchObject({
      before: { id: '1', createdAt, version: 1, ref: '1', text: 'Hello' },
      after: { id: '1', createdAt, version: 2, ref: '1', text: 'Bye' },
    });
    expect(Object.keys(change?.after ?? {})).not.toContain('_writeId');
  });

  it('gives the two changes of one record different keys, which are the same for each delivery', () => {
    const one = form(
      record({ before: item({ expiresAt: past }), after: item({ createdAt: '2026-11-30T12:00:00.000Z' }) }),
    );
    const keys = changesOf(models, one).map(changeKey);
    expect(new Set(keys).size).toBe(2);
    expect(changesOf(models, structuredClone(one)).map(changeKey)).toEqual(keys);
  });
});

it('reports an entity that leaves the scope of a model as deleted', () => {
  const ofA = { notes: models.notes.within({ team: 'a' }) };
  const leaving = record({ before: item({ team: 'a' }), after: item({ team: 'b', version: 2 }) });
  expect(changesOf(ofA, leaving).map(({ type, version }) => [type, version])).toEqual([['deleted', 1]]);
  expect(changesOf(ofA, record({ before: item({ team: 'b' }) }))).toEqual([]);
  const expired = record({ before: item({ team: 'a', expiresAt: past }) }, { at });
  expect(changesOf(ofA, expired).map(({ type }) => type)).toEqual(['expired']);
});

it.each([
  [{ eventID: '' }, 'The record has no eventID'],
  [{ dynamodb: { NewImage: item() } }, 'The record has no ApproximateCreationDateTime'],
  [{ dynamodb: { NewImage: item(), StreamViewType: 'NEW_IMAGE' as const } }, 'needs NEW_AND_OLD_IMAGES'],
])('rejects a record without both images, an id or a time (%#)', (more, says) => {
  expect(() => changesOf(models, record({ after: item() }, more))).toThrow(says);
});

it('narrows the type of a change by model and type', () => {
  const change = changesOf(models, record({ after: item() }))[0] as Change<typeof models>;
  if (change.model === 'notes' && change.type === 'updated') {
    expectTypeOf(change.after).toEqualTypeOf<Note>();
    expectTypeOf(change.before).toEqualTypeOf<Note>();
  }
  if (change.type === 'deleted') expectTypeOf(change.after).toEqualTypeOf<undefined>();
  expectTypeOf<Change<{ notes: NoteModel }>['model']>().toEqualTypeOf<'notes'>();
});
