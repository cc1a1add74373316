import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, expectTypeOf, inject, it } from 'vitest';
import { type FreshTable, freshTable } from '../../../test/fresh-table.js';
import { ensureTable, type Neighbour, tableDefinition, transact } from '../src/index.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { rawTable } from './raw-table.js';
import { type Note, NoteModel, PageModel, vectors } from './vector-models.js';

const hasVectors = inject('engine') === 'dynoxide';

let orgs = 0;
/** An organisation that no other test uses. */
const newOrg = () => `org ${++orgs}`;
const titles = (found: readonly Neighbour<{ title: string }>[]) => found.map(({ entity }) => entity.title);

describe.runIf(hasVectors)('a search', () => {
  let table: FreshTable;
  let notes: NoteModel;
  let pages: PageModel;
  let lines: LogLine[];
  beforeAll(async () => {
    table = await freshTable({}, { vectors });
    const captured = capturedLogger('DEBUG');
    lines = captured.lines;
    notes = new NoteModel({ ...table, logger: captured.logger });
    pages = new PageModel(table);
  });
  const add = (orgId: string, title: string, embedding?: number[], more: Partial<Note> = {}) =>
    notes.create({ orgId, topic: 'any', title, ...(embedding && { embedding }), ...more });

  it('returns the nearest entities as they are, the nearest first, with their scores', async () => {
    const orgId = newOrg();
    const far = await add(orgId, 'far', [9, 0, 0]);
    const near = await add(orgId, 'near', [1, 0.25, 0]);
    await add(orgId, 'farther', [90, 0, 0]);
    await add(orgId, 'without');
    const found = await notes.search({ near: [1, 0, 0], filter: { orgId }, limit: 2 });
    expect(found).toEqual([
      { entity: near, score: 0.25 },
      { entity: far, score: 8 },
    ]);
    expect(await notes.search({ near: new Float32Array([90, 0, 0]), filter: { orgId }, limit: 1 })).toMatchObject([
      { entity: { title: 'farther' }, score: 0 },
    ]);
    expectTypeOf(found).toEqualTypeOf<Neighbour<Note>[]>();
  });

  it('returns some attributes only, and says in its log line what it cost', async () => {
    const orgId = newOrg();
    const { id } = await add(orgId, 'one', [1, 0, 0]);
    const found = await notes.search({ near: [0, 0, 0], filter: { orgId }, attributes: ['title'] });
    expect(found).toEqual([{ entity: { id, title: 'one' }, score: 1 }]);
    expect(lines.at(-1)).toMatchObject({
      entity: 'Note',
      operation: 'search',
      count: 1,
      requests: 2,
      capacityUnits: 0.5,
      vectorSearchBytes: 1024,
    });
    expectTypeOf(found).toEqualTypeOf<Neighbour<Pick<Note, 'id' | 'title'>>[]>();
  });

  it('compares attributes in their stored form: texts, numbers and booleans', async () => {
    const orgId = newOrg();
    await add(orgId, 'a', [1, 0, 0], { topic: 'Tea', isOpen: true, level: 1 });
    await add(orgId, 'b', [2, 0, 0], { topic: 'tea', isOpen: false, level: 2 });
    await add(orgId, 'c', [3, 0, 0], { topic: '', level: 2 });
    const by = async (filter: object) => titles(await notes.search({ near: [0, 0, 0], filter: { orgId, ...filter } }));
    expect(await by({})).toEqual(['a', 'b', 'c']);
    expect(await by({ topic: 'TEA' })).toEqual(['a', 'b']);
    expect(await by({ topic: '' })).toEqual(['c']);
    expect(await by({ isOpen: true })).toEqual(['a']);
    expect(await by({ isOpen: false, level: 2 })).toEqual(['b']);
    expect(await by({ level: 2, isOpen: undefined })).toEqual(['b', 'c']);
    expect(await by({ level: 3 })).toEqual([]);
  });

  it('follows updates, and finds nothing that has no vector, is deleted or never had the partition', async () => {
    const orgId = newOrg();
    const { id } = await add(orgId, 'a', [1, 0, 0]);
    const by = async (topic: string) => titles(await notes.search({ near: [0, 0, 0], filter: { orgId, topic } }));
    await notes.update(id, { topic: 'moved' });
    expect([await by('any'), await by('moved')]).toEqual([[], ['a']]);
    await notes.update(id, { embedding: [0, 0, 4] });
    expect(lines.at(-1)).toMatchObject({ operation: 'update', requests: 1 });
    expect(await notes.search({ near: [0, 0, 0], filter: { orgId } })).toMatchObject([{ score: 4 }]);
    await notes.update(id, { embedding: null });
    expect(await by('moved')).toEqual([]);
    await notes.update(id, {}, { set: { embedding: [0, 0, 1] } });
    expect(await by('moved')).toEqual(['a']);
    await notes.delete(id);
    expect(await by('moved')).toEqual([]);
  });

  it('finds entities that are older than the index once an update gives them a vector, whichever update it is', async () => {
    const orgId = newOrg();
    const raw = rawTable(table);
    const ids = ['update', 'set', 'batch', 'transaction', 'conditional'];
    for (const id of ids) {
      const old = { id: `NOTE#${orgId}-${id}`, version: 1, createdAt: '2024-01-01T00:00:00.000Z' };
      await raw.put({ ...old, orgId, topic: 'old', title: id, pk1: 'NOTE', sk1: `TITLE#${id}` });
    }
    const embedding = [1, 0, 0];
    const [one, two, three, four, five] = ids.map((id) => `${orgId}-${id}`) as [string, string, string, string, string];
    await notes.update(one, { embedding });
    expect(lines.at(-1)).toMatchObject({ operation: 'update', requests: 2 });
    await notes.update(two, {}, { set: { embedding } });
    expect((await notes.batchUpdate([three], { embedding })).failed).toEqual([]);
    await transact([notes.updating(four, { embedding }, { returns: 'none' })]);
    await expect(notes.update(five, { embedding }, { if: { title: 'x' } })).rejects.toMatchObject({
      name: 'ConditionFailedError',
    });
    await notes.update(five, { embedding }, { if: { title: 'conditional' } });
    const found = await notes.search({ near: embedding, filter: { orgId, topic: 'old' } });
    expect(titles(found).sort()).toEqual(ids.toSorted());
    await notes.update(one, { embedding: [2, 0, 0] });
    expect(lines.at(-1)).toMatchObject({ operation: 'update', requests: 1 });
    expect(found.every(({ entity }) => entity.version === 2)).toBe(true);
  });

  it('finds what batches, transactions, upserts, restores and reverts have written', async () => {
    const orgId = newOrg();
    const one = { orgId, topic: 'x', embedding: [1, 1, 1] };
    await notes.batchCreate([
      { ...one, title: 'batch 1' },
      { ...one, title: 'batch 2' },
    ]);
    await transact([notes.creating({ ...one, title: 'transaction' })]);
    await notes.upsert('upserted', { ...one, title: 'upsert' });
    const times = { createdAt: '2024-01-01T00:00:00.000Z', version: 3 };
    await notes.restore([{ ...one, ...times, id: 'restored', title: 'restore' }]);
    const found = await notes.search({ near: [1, 1, 1], filter: { orgId, topic: 'x' } });
    expect(titles(found).sort()).toEqual(['batch 1', 'batch 2', 'restore', 'transaction', 'upsert']);
    await notes.batchUpdate(['upserted', 'restored'], { topic: 'y' });
    expect(await notes.search({ near: [1, 1, 1], filter: { orgId, topic: 'y' } })).toHaveLength(2);
  });

  it('leaves out what has expired or was changed since, without counting it, as long as the 100 nearest suffice', async () => {
    const orgId = newOrg();
    const expiresAt = Math.floor(Date.now() / 1000) - 10;
    for (let i = 0; i < 5; i++) await add(orgId, `expired ${i}`, [i, 0, 0], { expiresAt });
    const stale = await add(orgId, 'stale', [6, 0, 0], { topic: 'old' });
    const raw = rawTable(table);
    const item = await raw.get(`NOTE#${stale.id}`);
    await raw.put({ ...item, id: `NOTE#${stale.id}`, topic: 'new' }); // by an older program, which knows no keys
    await add(orgId, 'alive', [7, 0, 0], { topic: 'old' });
    expect(titles(await notes.search({ near: [0, 0, 0], filter: { orgId, topic: 'old' }, limit: 1 }))).toEqual([
      'alive',
    ]);
    expect(titles(await notes.search({ near: [0, 0, 0], filter: { orgId }, limit: 2 }))).toEqual(['stale', 'alive']);
    expect(lines.at(-1)).toMatchObject({ requests: 4, count: 2 });
    await notes.search({ near: [0, 0, 0], filter: { orgId } }); // a short answer, of which some are left out
    expect(lines.at(-1)).toMatchObject({ requests: 3, count: 2 });
  });

  it('shares an index between models, and finds those of its own alone, versions and tombstones left out', async () => {
    const orgId = newOrg();
    await add(orgId, 'note', [50, 0, 0]);
    const page = await pages.create({ orgId, topic: 't', title: 'page', embedding: [50, 0, 0] });
    await pages.update(page.id, { title: 'page 2', embedding: [51, 0, 0] });
    const near = { near: [51, 0, 0] };
    expect(await pages.search(near)).toMatchObject([{ entity: { title: 'page 2' }, score: 0 }]);
    await pages.revert(page.id, 1);
    expect(await pages.search(near)).toMatchObject([{ entity: { title: 'page', version: 3 }, score: 1 }]);
    await pages.delete(page.id);
    expect(await pages.search(near)).toEqual([]);
    expect(titles(await notes.search({ ...near, filter: { orgId } }))).toEqual(['note']);
  });

  it('finds entities of its scope alone, and takes no scope that the index cannot compare', async () => {
    const [mine, other] = [newOrg(), newOrg()];
    await add(mine, 'mine', [1, 0, 0], { topic: 'a' });
    await add(other, 'other', [1, 0, 0], { topic: 'a' });
    const scoped = notes.within({ orgId: mine });
    expect(titles(await scoped.search({ near: [1, 0, 0] }))).toEqual(['mine']);
    expect(titles(await scoped.search({ near: [1, 0, 0], filter: { topic: 'a' } }))).toEqual(['mine']);
    expect(titles(await notes.within({ orgId: mine, topic: 'b' }).search({ near: [1, 0, 0] }))).toEqual([]);
    await expect(scoped.search({ near: [1, 0, 0], filter: { orgId: other } })).rejects.toThrow('outside the scope');
    const byTitle = notes.within({ orgId: mine, title: 'mine' });
    await expect(byTitle.search({ near: [1, 0, 0] })).rejects.toThrow('cannot compare title');
  });

  it('gives the same answers by each transport', async () => {
    const orgId = newOrg();
    await add(orgId, 'one', [1, 0.1, 1e-7]);
    const { endpoint, region, tableName, client } = table;
    const query = { near: [1, 1e-40, -0], filter: { orgId } };
    const lean = await new NoteModel({ endpoint, region, tableName }).search(query);
    expect(lean).toEqual(await new NoteModel({ client, tableName }).search(query));
    expect(lean).toHaveLength(1);
  });

  it('ends at the deadline or the abort of its caller', async () => {
    const query = { near: [1, 0, 0], filter: { orgId: 'x' } };
    await expect(notes.search(query, { deadlineMs: 0 })).rejects.toMatchObject({ name: 'DeadlineExceededError' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(notes.search(query, { signal })).rejects.toThrow('enough');
  });

  it('of a table without the index says which command adds it, and of one that is being built, that it is', async () => {
    const plain = await freshTable();
    const search = () => new NoteModel(plain).search({ near: [1, 0, 0], filter: { orgId: 'x' } });
    const index = 'embedding-euclidean';
    await expect(search()).rejects.toMatchObject({
      ...{ name: 'IndexNotFoundError', index, isBuilding: false },
      message: `Index ${index} of table ${plain.tableName} does not exist: add it to DYNAMODB_VECTORS, then run \`pnpm table update\``,
    });
    const { tableName: TableName } = plain;
    const { VectorIndexes = [], AttributeDefinitions } = tableDefinition(TableName, { vectors: vectors.slice(1, 2) });
    const VectorIndexUpdates = VectorIndexes.map((Create) => ({ Create }));
    await plain.patient.send(new UpdateTableCommand({ TableName, AttributeDefinitions, VectorIndexUpdates }));
    await expect(search()).rejects.toMatchObject({ name: 'IndexNotFoundError', index, isBuilding: true });
    const other = [{ attribute: 'embedding', dimensions: 4, distance: 'euclidean' as const }];
    const differing = ensureTable({ client: table.patient, tableName: table.tableName, vectors: other });
    await expect(differing).rejects.toThrow('embedding-euclidean is (embedding 3 EUCLIDEAN');
  });
});

describe.runIf(!hasVectors)('on an engine without vector indexes', () => {
  it('a search says so, entities with vectors are stored, and ensureTable says so too', async () => {
    const table = await freshTable();
    const notes = new NoteModel(table);
    const { id } = await notes.create({ orgId: 'a', topic: 't', title: 'x', embedding: [1, 2, 3] });
    expect(await notes.getById(id)).toMatchObject({ embedding: [1, 2, 3] });
    await expect(notes.search({ near: [1, 0, 0], filter: { orgId: 'a' } })).rejects.toMatchObject({
      name: 'VectorSearchUnsupportedError',
      message: 'This database has no vector indexes: use DynamoDB itself, or dynoxide on this machine',
    });
    const making = ensureTable({ client: table.patient, tableName: `${table.tableName}-v`, vectors });
    await expect(making).rejects.toMatchObject({ name: 'VectorSearchUnsupportedError' });
  });
});
