import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { inspect } from '../src/index.js';
import { rawTable } from './raw-table.js';
import { NoteModel, vectors } from './vector-models.js';

/** With a vector index, and an index whose entries are spread. */
class SpreadNoteModel extends NoteModel {
  protected readonly shards: number | readonly [number, number] = 4;
  protected override indexShards() {
    return { GSI1: { shards: this.shards, by: 'title' } } as const;
  }
}
class MovingNoteModel extends SpreadNoteModel {
  protected override readonly shards = [1, 4] as const;
}

const scope = { orgId: 'acme' };

describe.runIf(inject('engine') === 'dynoxide')('a model with shards and vectors', () => {
  let table: FreshTable;
  let notes: SpreadNoteModel;
  beforeAll(async () => {
    table = await freshTable({}, { vectors });
    notes = new SpreadNoteModel(table);
  });
  const add = (model: NoteModel, title: string, first: number) =>
    model.create({ ...scope, topic: 'any', title, embedding: [first, 0, 0] });
  const search = async (model: NoteModel, near: number, limit = 2) => {
    const found = await model.search({ near: [near, 0, 0], filter: scope, limit });
    return found.map(({ entity }) => entity.title);
  };
  const listed = async (model: NoteModel, limit = 3) => {
    const titles: string[] = [];
    for await (const page of model.queryPages({ index: 'GSI1', pk: 'NOTE', limit })) {
      for (const { title } of page) titles.push(title);
    }
    return titles;
  };

  it('lists in one order and searches by vectors, also after updates and deletes', async () => {
    const made = [];
    for (let i = 0; i < 12; i++) made.push(await add(notes, `n${String(i).padStart(2, '0')}`, i));
    const titles = made.map(({ title }) => title);
    const stored = await rawTable(table).items('NOTE#');
    expect(new Set(stored.map(({ pk1 }) => pk1)).size).toBeGreaterThan(1);
    expect(await listed(notes)).toEqual(titles);
    expect(await search(notes, 3.1)).toEqual(['n03', 'n04']);

    const [first, second, third] = made;
    await notes.update(first?.id ?? '', { title: 'z', embedding: [50, 0, 0] });
    await notes.update(second?.id ?? '', { embedding: [60, 0, 0] });
    await notes.delete(third?.id ?? '');
    expect(await listed(notes)).toEqual(['n01', ...titles.slice(3), 'z']);
    expect(await search(notes, 49)).toEqual(['z', 'n01']);
    expect(await search(notes, 2)).toEqual(['n03', 'n04']);
    const { keys } = inspect(notes);
    for (const item of await rawTable(table).items('NOTE#')) expect(item).toMatchObject(keys(item));
  });

  it('does both while its entries move', async () => {
    const moving = await freshTable({}, { vectors });
    const [old, next] = [new NoteModel(moving), new MovingNoteModel(moving)];
    await add(old, 'old', 1);
    await add(next, 'next', 2);
    const spread = new SpreadNoteModel(moving);
    const { id } = await add(spread, 'spread', 3);
    expect(await listed(next, 1)).toEqual(['next', 'old', 'spread']);
    expect(await search(next, 0, 3)).toEqual(['old', 'next', 'spread']);
    const { keysOfOtherShards } = inspect(spread);
    const stored = await rawTable(moving).items('NOTE#');
    expect(stored.filter((item) => keysOfOtherShards(item).length > 0).map(({ title }) => title)).toHaveLength(2);
    await next.update(id, { embedding: [0.25, 0, 0] });
    expect(await search(next, 0, 1)).toEqual(['spread']);
  });
});
