import { describe, expect, it } from 'vitest';
import type { Entity } from '../../src/api/description.js';
import { type LiveEntry, type LiveEvent, maxEntries, mergeEvent, unseenChanges } from '../../src/see/live-merge.js';

const entity = (id: string, version: number, more: object = {}): Entity => ({ id, version, ...more });
const created = (id: string, more: object = {}): LiveEvent => ({
  ...{ type: 'created', id, version: 1 },
  entity: entity(id, 1, more),
});
const updated = (id: string, version: number, more: object = {}): LiveEvent => ({
  ...{ type: 'updated', id, version },
  entity: entity(id, version, more),
});
const deleted = (id: string, version: number): LiveEvent => ({ type: 'deleted', id, version });

interface MergeOptions {
  readonly loaded?: readonly Entity[];
}

/** Merges events one after the other, each a millisecond after the one before. */
const merge = (events: readonly LiveEvent[], { loaded = [] }: MergeOptions = {}) =>
  events.reduce<readonly LiveEntry[]>(
    (entries, event, index) =>
      mergeEvent(entries, event, { receivedAt: index, findLoaded: (id) => loaded.find((one) => one.id === id) }),
    [],
  );
const short = (entries: readonly LiveEntry[]) =>
  entries.map((entry) => (entry.type === 'gap' ? 'gap' : `${entry.type} ${entry.id} ${entry.version}`));

describe('entries', () => {
  it('has the newest change first', () => {
    expect(short(merge([created('a'), created('b'), deleted('a', 2)]))).toEqual([
      'deleted a 2',
      'created b 1',
      'created a 1',
    ]);
  });

  it('shows a change once that is delivered twice', () => {
    const entries = merge([created('a'), updated('a', 2)]);
    expect(mergeEvent(entries, created('a'), { receivedAt: 9, findLoaded: () => undefined })).toBe(entries);
  });

  it('keeps the newest ones, up to the limit', () => {
    const entries = merge(Array.from({ length: maxEntries + 2 }, (_, index) => created(`e${index}`)));
    expect(entries).toHaveLength(maxEntries);
    expect(short(entries)[0]).toBe(`created e${maxEntries + 1} 1`);
  });

  it('marks a gap between changes, and none before the first', () => {
    const reset: LiveEvent = { type: 'reset' };
    expect(short(merge([reset, created('a'), reset, reset, created('b')]))).toEqual([
      'created b 1',
      'gap',
      'created a 1',
    ]);
  });
});

describe('what an update changed', () => {
  const changesOf = (entries: readonly LiveEntry[]) => {
    const [newest] = entries;
    return newest?.type === 'updated' ? newest : undefined;
  };

  it('is what differs from the version before, without the attributes that each write changes', () => {
    const entries = merge([
      created('a', { name: 'Ada', tags: ['x'], updatedAt: '1' }),
      updated('a', 2, { name: 'Ada', tags: ['x', 'y'], updatedAt: '2', note: 'new' }),
    ]);
    expect(changesOf(entries)).toMatchObject({
      since: 1,
      changes: [
        { name: 'tags', before: ['x'], after: ['x', 'y'] },
        { name: 'note', before: undefined, after: 'new' },
      ],
    });
  });

  it('is compared with what a view has loaded', () => {
    const entries = merge([updated('a', 5, { name: 'Eve' })], { loaded: [entity('a', 3, { name: 'Ada' })] });
    expect(changesOf(entries)).toMatchObject({ since: 3, changes: [{ name: 'name', before: 'Ada', after: 'Eve' }] });
  });

  it('is unknown if only this version or a later one is known', () => {
    for (const version of [5, 6])
      expect(changesOf(merge([updated('a', 5)], { loaded: [entity('a', version)] }))?.changes).toBeUndefined();
  });

  it('is compared with the version before it, although a later one came first', () => {
    const entries = merge([created('a', { n: 1 }), updated('a', 3, { n: 3 }), updated('a', 2, { n: 2 })]);
    expect(changesOf(entries)?.changes).toEqual([{ name: 'n', before: 1, after: 2 }]);
  });

  it('leaves the last known values of what is deleted', () => {
    const [newest] = merge([created('a', { name: 'Ada' }), deleted('a', 2)]);
    expect(newest).toMatchObject({ type: 'deleted', value: { name: 'Ada' } });
  });
});

describe('changes that a list does not show', () => {
  const rows = [entity('a', 2), entity('b', 1)];
  const unseen = (events: readonly LiveEvent[], since = -1) => short(unseenChanges(merge(events), { since, rows }));

  it('are new entities and newer versions', () => {
    expect(unseen([created('c'), updated('a', 3)])).toEqual(['updated a 3', 'created c 1']);
  });

  it('are none that the rows have already', () => {
    expect(unseen([created('b'), updated('a', 2)])).toEqual([]);
  });

  it('are deletes of rows only', () => {
    expect(unseen([deleted('a', 3), deleted('x', 3)])).toEqual(['deleted a 3']);
  });

  it('are none from before the list was begun', () => {
    expect(unseen([created('c'), created('d')], 0)).toEqual(['created d 1']);
  });
});
