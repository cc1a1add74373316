import { beforeAll, describe, expect, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import type { PageQuery, SortKeyCondition } from '../src/index.js';
import { collect, PlainModel, type Ticket, TicketModel } from './models.js';
import { rawTable } from './raw-table.js';

let table: FreshTable;
let raw: ReturnType<typeof rawTable>;
let tickets: TicketModel;
const assignees = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
beforeAll(async () => {
  table = await freshTable();
  raw = rawTable(table);
  tickets = new TicketModel(table);
  const list = assignees.map((assignee) => ({ ref: `id-${assignee}`, assignee }));
  expect((await tickets.batchCreate(list)).failed).toEqual([]);
});
const all = { index: 'GSI1', pk: 'TICKET' } as const;
const who = (items: readonly Ticket[]) => items.map(({ assignee }) => assignee).join('');

/** Follows cursors to the end. */
async function pagesOf(model: TicketModel, query: PageQuery): Promise<string[]> {
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await model.query({ ...query, cursor });
    pages.push(who(page.items));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

describe('query', () => {
  it.each([
    [1, ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    [3, ['abc', 'def', 'g']],
    [6, ['abcdef', 'g']],
    [7, ['abcdefg']],
    [8, ['abcdefg']],
    [undefined, ['abcdefg']],
  ])('gives pages of limit %s, and a cursor only where another item is', async (limit, pages) => {
    expect(await pagesOf(tickets, { ...all, limit })).toEqual(pages);
    const backwards = await pagesOf(tickets, { ...all, limit, order: 'desc' });
    expect(backwards.join('')).toBe('gfedcba');
    expect(backwards.map(({ length }) => length)).toEqual(pages.map(({ length }) => length));
  });

  it.each<[SortKeyCondition, string]>([
    [{ eq: 'ASSIGNEE#c' }, 'c'],
    [{ beginsWith: 'ASSIGNEE#' }, 'abcdefg'],
    [{ between: ['ASSIGNEE#b', 'ASSIGNEE#d'] }, 'bcd'],
    [{ lt: 'ASSIGNEE#c' }, 'ab'],
    [{ lte: 'ASSIGNEE#c' }, 'abc'],
    [{ gt: 'ASSIGNEE#e' }, 'fg'],
    [{ gte: 'ASSIGNEE#e' }, 'efg'],
    [{ beginsWith: 'X' }, ''],
  ])('keeps to %j on every page', async (sk, found) => {
    for (const limit of [1, 2, 1000]) {
      expect((await pagesOf(tickets, { ...all, sk, limit })).join('')).toBe(found);
      const backwards = await pagesOf(tickets, { ...all, sk, limit, order: 'desc' });
      expect(backwards.join('')).toBe([...found].reverse().join(''));
    }
    expect(await tickets.count({ ...all, sk })).toBe(found.length);
    expect(who((await collect(tickets.queryPages({ ...all, sk }))).flat())).toBe(found);
  });

  it.each([0, -1, 1.5, 1001, Number.NaN])('rejects limit %s', async (limit) => {
    await expect(tickets.query({ ...all, limit })).rejects.toThrow(/whole number from 1 to 1000/);
  });

  it('rejects the cursor of another query, and none of its own', async () => {
    const { cursor = '' } = await tickets.query({ ...all, limit: 2 });
    const rejected = { name: 'InvalidCursorError' };
    await expect(tickets.query({ ...all, cursor, order: 'desc' })).rejects.toMatchObject(rejected);
    await expect(tickets.query({ ...all, order: 'DESC' as 'desc' })).rejects.toThrow('order is DESC');
    await expect(tickets.query({ ...all, index: 'GSI2', cursor })).rejects.toMatchObject(rejected);
    await expect(collect(tickets.queryPages({ ...all, pk: 'X', cursor }))).rejects.toMatchObject(rejected);
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('TICKET');
    expect(who((await tickets.query({ ...all, limit: 5, cursor })).items)).toBe('cdefg'); // of another limit it is
  });

  it('goes on after an item that is gone since', async () => {
    const shortLived = new TicketModel(table, 'SHORT');
    await shortLived.batchCreate(['1', '2', '3'].map((one) => ({ ref: `short-${one}`, assignee: one })));
    const query = { ...all, pk: 'SHORT', limit: 2 };
    const { cursor } = await shortLived.query(query);
    await shortLived.delete('short-2');
    expect(who((await shortLived.query({ ...query, cursor })).items)).toBe('3');
  });

  it('gives this entity only, in few requests, where others fill the partition', async () => {
    const mixed = new TicketModel(table, 'MIXED');
    const ids = Array.from({ length: 120 }, (_, i) => String(i).padStart(3, '0'));
    await raw.putAll(ids.map((id) => ({ id: `OTHER#${id}`, pk1: 'MIXED', sk1: `ASSIGNEE#${id}` })));
    await mixed.batchCreate(['0', 'x', 'y'].map((assignee) => ({ ref: `mixed-${assignee}`, assignee })));
    const query = { ...all, pk: 'MIXED' };
    expect(await pagesOf(mixed, { ...query, limit: 1 })).toEqual(['0', 'x', 'y']);
    expect(await pagesOf(mixed, { ...query, limit: 2, order: 'desc' })).toEqual(['yx', '0']);
    expect(await pagesOf(mixed, { ...query, limit: 3 })).toEqual(['0xy']);
    expect(await mixed.count(query)).toBe(3);
    expect((await collect(mixed.queryPages(query))).flat()).toHaveLength(3);
  });
});

describe('past 1 MB', () => {
  const big = { ...all, pk: 'BIG' };
  let model: TicketModel;
  const refs = ['1', '2', '3', '4', '5', '6'];
  beforeAll(async () => {
    model = new TicketModel(table, 'BIG');
    const text = 'x'.repeat(390_000);
    await model.batchCreate(refs.map((assignee) => ({ ref: `big-${assignee}`, assignee, text })));
  });

  it('a query still fills its page, and everything is found', async () => {
    const page = await model.query({ ...big, limit: 5 });
    expect(who(page.items)).toBe('12345');
    expect(who((await model.query({ ...big, limit: 5, cursor: page.cursor })).items)).toBe('6');
    expect(await model.count(big)).toBe(6);
    for (const atMost of [1, 3, 5, 6, 7]) expect(await model.count({ ...big, atMost })).toBe(Math.min(atMost, 6));
    const pages = await collect(model.queryPages(big));
    expect(pages.length).toBeGreaterThan(1);
    expect(who(pages.flat())).toBe('123456');
    expect((await collect(model.queryPages({ ...big, limit: 4 }))).map(who)).toEqual(['1234', '56']);
  });

  it.each([0, 1.5, -1, Number.NaN])('a count rejects to stop at %s', async (atMost) => {
    await expect(model.count({ ...big, atMost })).rejects.toThrow(/whole number from 1/);
  });

  it('a scan reads to the end, in one segment or several', async () => {
    const wanted = [...assignees.map((one) => `id-${one}`), ...refs.map((one) => `big-${one}`)];
    for (const segments of [1, 4]) {
      const found = (await model.scanAll({ segments, consistent: true })).map(({ id }) => id);
      expect(found).toEqual(expect.arrayContaining(wanted));
      expect(new Set(found).size).toBe(found.length);
    }
    const pages = await collect(model.scanPages());
    expect(pages.length).toBeGreaterThan(1);
    expect(await new PlainModel(table).scanAll()).toEqual([]);
  });

  it('a scan may be left early', async () => {
    for await (const page of model.scanPages({ segments: 3 })) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
  });

  it.each([0, 1.5, -1])('a scan rejects %s segments', async (segments) => {
    await expect(model.scanAll({ segments })).rejects.toThrow(/whole number from 1/);
  });
});
