import {
  type BaseModel,
  collection,
  DynamoModel,
  type DynamoModelOptions,
  generateUUID,
  key,
  type NewItem,
  padded,
} from '@aws-starter-kit/dynamo';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { rawTable } from './raw-table.js';

interface Project extends BaseModel {
  orgId: string;
  name: string;
}
class ProjectModel extends DynamoModel<Project> {
  protected getEntityName() {
    return 'Project';
  }
  protected generateId({ name }: NewItem<Project>) {
    return name;
  }
  protected setGSIKeys(entity: Project) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`PROJECT#${'name'}`;
  }
}

interface Issue extends BaseModel {
  orgId: string;
  project: string;
  number: number;
  expiresAt?: number;
}
class IssueModel extends DynamoModel<Issue> {
  protected getEntityName() {
    return 'Issue';
  }
  protected generateId({ project, number }: NewItem<Issue>) {
    return `${project}-${number}`;
  }
  protected setGSIKeys(entity: Issue) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`PROJECT#${'project'}#ISSUE#${padded('number', 4)}`;
    entity.pk2 = key(entity)`PROJECT#${'project'}`;
    entity.sk2 = key(entity)`${padded('number', 4)}`;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

/** Its sort keys begin alike: `N4` also begins `N42`. */
interface Numbered extends BaseModel {
  orgId: string;
  number: number;
  text?: string;
}
class NumberedModel extends DynamoModel<Numbered> {
  readonly #name: string;
  readonly #sortKey: (entity: Numbered) => string;
  constructor(options: DynamoModelOptions, name: string, sortKey: (entity: Numbered) => string) {
    super(options);
    this.#name = name;
    this.#sortKey = sortKey;
  }
  protected getEntityName() {
    return this.#name;
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(entity: Numbered) {
    entity.pk1 = key(entity)`NUMBERS#${'orgId'}`;
    entity.sk1 = this.#sortKey(entity);
  }
}

let projects: ProjectModel;
let plainIssues: NumberedModel;
let comments: NumberedModel;
let notes: NumberedModel;
let issues: IssueModel;
let lines: LogLine[];
const orgId = 'o1';
const expected = ['a', 'a-1', 'a-2', 'a-3', 'b', 'b-1', 'c'];
let table: Awaited<ReturnType<typeof freshTable>>;
beforeAll(async () => {
  table = await freshTable();
  const captured = capturedLogger('DEBUG');
  lines = captured.lines;
  const options = { ...table, logger: captured.logger };
  projects = new ProjectModel(options);
  issues = new IssueModel(options);
  plainIssues = new NumberedModel(options, 'Plain', (entity) => key(entity)`N${'number'}`);
  comments = new NumberedModel(options, 'Comment', (entity) => key(entity)`N${'number'}#${'text'}`);
  notes = new NumberedModel(options, 'Note', (entity) => key(entity)`X${'number'}`);
  await projects.batchCreate(['a', 'b', 'c'].map((name) => ({ orgId, name })));
  await projects.create({ orgId: 'o2', name: 'd' });
  const list = ['a-1', 'a-2', 'a-3', 'b-1'].map((id) => ({ orgId, project: id[0] ?? '', number: Number(id[2]) }));
  await issues.batchCreate(list);
  await issues.create({ orgId, project: 'a', number: 9, expiresAt: 1 });
  const others = Array.from({ length: 40 }, (_, i) => ({ id: `OTHER#${i}`, pk1: 'ORG#o1', sk1: `PROJECT#a#${i}` }));
  await rawTable(table).putAll(others);
});

describe('a collection', () => {
  it('reads entities of several kinds in the order of the sort key, and skips all others', async () => {
    const both = collection({ projects, issues }, { index: 'GSI1' });
    const { items } = await both.query({ of: { orgId } });
    expect(items.projects.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(items.issues.map(({ id }) => id)).toEqual(['a-1', 'a-2', 'a-3', 'b-1']);
    expect(items.issues[0]).toEqual(await issues.getById('a-1', { consistent: true }));
    expect(await both.query({ pk: 'ORG#o1' })).toEqual({ items });
    expect(lines.at(-1)).toMatchObject({ operation: 'collection', entities: 'Project,Issue', count: 7 });
  });

  it.each([1, 2, 3, 7])('gives pages of %i entities of all kinds, with one cursor', async (limit) => {
    for (const order of ['asc', 'desc'] as const) {
      const found: string[] = [];
      const sizes: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await collection({ projects, issues }, { index: 'GSI1' }).query({
          of: { orgId },
          limit,
          order,
          cursor,
        });
        const all = [...page.items.projects, ...page.items.issues].map(({ id }) => id);
        found.push(...all.sort());
        sizes.push(all.length);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found.sort()).toEqual(expected);
      expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
      expect(sizes.at(-1)).toBeGreaterThan(0);
    }
  });

  it('takes a condition on the sort key', async () => {
    const both = collection({ projects, issues }, { index: 'GSI1' });
    const { items } = await both.query({ pk: 'ORG#o1', sk: { beginsWith: 'PROJECT#a' } });
    expect(items.projects.map(({ name }) => name)).toEqual(['a']);
    expect(items.issues).toHaveLength(3);
  });

  it('takes attributes with which the sort keys of all models begin, and mistakes no key for a longer one', async () => {
    const thread = collection({ issues: plainIssues, comments }, { index: 'GSI1' });
    const of = { orgId, number: 4 };
    for (const number of [4, 42]) await plainIssues.create({ orgId, number });
    for (const [number, text] of [
      [4, 'a'],
      [42, 'b'],
      [4, 'c'],
    ] as const)
      await comments.create({ orgId, number, text });
    const { items, cursor } = await thread.query({ of });
    expect([items.issues.map(({ number }) => number), items.comments.map(({ text }) => text)]).toEqual([
      [4],
      ['a', 'c'],
    ]);
    expect(cursor).toBeUndefined();
    const first = await thread.query({ of, limit: 2 });
    expect([first.items.issues.length, first.items.comments.length]).toEqual([1, 1]);
    const last = await thread.query({ of, limit: 2, cursor: first.cursor });
    expect([last.items.comments.map(({ text }) => text), last.cursor]).toEqual([['c'], undefined]);
    const other = thread.query({ of: { orgId, number: 42 }, cursor: first.cursor });
    await expect(other).rejects.toMatchObject({ name: 'InvalidCursorError' });
  });

  it('rejects attributes of sort keys that begin differently, or that not all models have', async () => {
    const apart = collection({ comments, notes }, { index: 'GSI1' });
    await expect(apart.query({ of: { orgId, number: 4 } })).rejects.toThrow(
      /begin differently in GSI1: give no number/,
    );
    const both = collection({ comments, projects }, { index: 'GSI1' });
    await expect(both.query({ of: { orgId, number: 4 } })).rejects.toThrow(/nor of the sort keys of all models/);
  });

  it('rejects the cursor of another collection, whatever the order of the models', async () => {
    const query = { of: { orgId }, limit: 2 };
    const { cursor } = await collection({ projects, issues }, { index: 'GSI1' }).query(query);
    const again = await collection({ issues, projects }, { index: 'GSI1' }).query({ ...query, cursor });
    expect(again.items.issues).toHaveLength(2);
    const other = collection({ projects }, { index: 'GSI1' }).query({ ...query, cursor });
    await expect(other).rejects.toMatchObject({ name: 'InvalidCursorError' });
    expect(Buffer.from(cursor ?? '', 'base64url').toString()).not.toContain('ORG#');
  });

  it('needs one partition, one table and different entities', async () => {
    const both = collection({ projects, issues }, { index: 'GSI1' });
    await expect(both.query({ of: {} })).rejects.toThrow(/`of` needs orgId/);
    await expect(both.query({ of: { orgId, name: 'a' } })).rejects.toThrow(/name is no part of the partition key/);
    const twice = collection({ projects, again: projects }, { index: 'GSI1' });
    await expect(twice.query({ of: { orgId } })).rejects.toThrow(/same entity name/);
    const elsewhere = new IssueModel({ ...table, tableName: 'other' });
    const apart = collection({ projects, elsewhere }, { index: 'GSI1' });
    await expect(apart.query({ of: { orgId } })).rejects.toThrow(/one table/);
    await expect(collection({}, { index: 'GSI1' }).query({ pk: 'x' })).rejects.toThrow(/at least one model/);
    const second = collection({ projects, issues }, { index: 'GSI2' });
    await expect(second.query({ of: { project: 'a' } })).rejects.toThrow(TypeError);
    const forms = { pk: 'x', of: { orgId } } as unknown as { pk: string };
    await expect(both.query(forms)).rejects.toThrow(/either `of`/);
  });

  it('is typed by kind', () => {
    const typed = async () => {
      const { items } = await collection({ projects, issues }, { index: 'GSI1' }).query({ of: { orgId: 'x' } });
      expectTypeOf(items.projects).toEqualTypeOf<Project[]>();
      expectTypeOf(items.issues).toEqualTypeOf<Issue[]>();
      // @ts-expect-error no such kind
      items.comments;
      // @ts-expect-error no attribute
      await collection({ projects, issues }, { index: 'GSI1' }).query({ of: { nope: 'x' } });
      // @ts-expect-error no such index
      collection({ projects }, { index: 'GSI21' });
    };
    expect(typed).toBeTypeOf('function');
  });
});
