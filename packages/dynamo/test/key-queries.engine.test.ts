import { type BaseModel, DynamoModel, key, type NewItem, orElse, padded, type Query } from '@aws-starter-kit/dynamo';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from './models.js';
import { faultyTable } from './raw-table.js';

interface Issue extends BaseModel {
  project: string;
  number: number;
  status: 'open' | 'closed';
  milestone?: string;
  assignee?: string;
}
class IssueModel extends DynamoModel<Issue> {
  protected getEntityName() {
    return 'Issue';
  }
  protected generateId({ project, number }: NewItem<Issue>) {
    return `${project}-${number}`;
  }
  protected setGSIKeys(entity: Issue) {
    entity.pk1 = key(entity)`PROJECT#${'project'}`;
    entity.sk1 = key(entity)`ISSUE#${'status'}#${padded('number', 4)}`;
    entity.pk2 = key(entity)`ASSIGNEE#${'assignee'}`;
    entity.sk2 = key(entity)`${orElse('milestone', 'none')}#${'createdAt'}`;
  }
  protected override indexedAttributes() {
    return ['project', 'number', 'status', 'assignee', 'milestone'] as const;
  }
  protected override normalise<D extends Partial<NewItem<Issue>>>(data: D): D {
    return typeof data.assignee === 'string' ? { ...data, assignee: data.assignee.toLowerCase() } : data;
  }
}

let made: Awaited<ReturnType<typeof faultyTable>>;
let issues: IssueModel;
const projects = ['x', 'x#ISSUE#open', '#'];
beforeAll(async () => {
  made = await faultyTable();
  issues = new IssueModel(made.table);
  const list = projects.flatMap((project) =>
    [1, 2, 30, 400].map((number) => ({
      project,
      number,
      status: number % 2 === 0 ? ('open' as const) : ('closed' as const),
      ...(number < 30 && { assignee: 'Ann' }),
      ...(number === 2 && { milestone: 'v1' }),
    })),
  );
  expect((await issues.batchCreate(list)).failed).toEqual([]);
});
const numbers = (items: readonly Issue[]) => items.map(({ number }) => number);

describe('a query by attributes', () => {
  it('finds the entities that have them, whatever separators the values hold', async () => {
    for (const project of projects) {
      const of = { project };
      const all = await issues.query({ index: 'GSI1', of });
      expect(all.items.every((issue) => issue.project === project)).toBe(true);
      expect(numbers(all.items)).toEqual([1, 2, 30, 400]);
      const open = { index: 'GSI1', of: { project, status: 'open' } } as const;
      expect(numbers((await issues.query(open)).items)).toEqual([2, 30, 400]);
      expect(await issues.count({ ...open, from: { number: 3 } })).toBe(2);
      expect(await issues.count({ ...open, from: { number: 2 }, to: { number: 30 } })).toBe(2);
      const exact = { index: 'GSI1', of: { project, status: 'open', number: 30 } } as const;
      expect(numbers((await collect(issues.queryPages(exact))).flat())).toEqual([30]);
    }
  });

  it('takes an absent attribute for one that has a fallback, and values as users type them', async () => {
    const of = { assignee: 'ANN', milestone: undefined };
    expect(numbers((await issues.query({ index: 'GSI2', of })).items)).toEqual([1, 1, 1]);
    expect(await issues.count({ index: 'GSI2', of: { assignee: 'ann' } })).toBe(6);
  });

  it('has the requests and cursors of the same keys written by hand', async () => {
    const byHand: Query<Issue> = { index: 'GSI1', pk: 'PROJECT#x', sk: { beginsWith: 'ISSUE#open#' }, limit: 2 };
    const byAttributes: Query<Issue> = { index: 'GSI1', of: { project: 'x', status: 'open' }, limit: 2 };
    const page = await issues.query(byAttributes);
    const sent = made.faults.requests.at(-1)?.body;
    expect(await issues.query(byHand)).toEqual(page);
    expect(made.faults.requests.at(-1)?.body).toEqual(sent);
    expect(numbers((await issues.query({ ...byAttributes, cursor: page.cursor, before: undefined })).items)).toEqual([
      400,
    ]);
  });

  it('leaves an entity out of an index without an attribute, and removes its keys with it', async () => {
    const { id } = await issues.create({ project: 'gone', number: 1, status: 'open', assignee: 'bo' });
    expect(await issues.count({ index: 'GSI2', of: { assignee: 'bo' } })).toBe(1);
    await issues.update(id, { assignee: null });
    expect(await issues.count({ index: 'GSI2', of: { assignee: 'bo' } })).toBe(0);
    expect(await made.raw.get(`ISSUE#${id}`)).not.toHaveProperty('pk2');
    const none = issues.query({ index: 'GSI2', of: { assignee: undefined } });
    await expect(none).rejects.toThrow(/No entity with these attributes is in GSI2: assignee is absent/);
  });

  it('is rejected before sending', async () => {
    const sent = made.faults.requests.length;
    for (const of of [{}, { project: 'x', number: 1 }, { project: 'x', assignee: 'ann' }]) {
      await expect(issues.query({ index: 'GSI1', of })).rejects.toThrow(TypeError);
      await expect(issues.count({ index: 'GSI1', of })).rejects.toThrow(TypeError);
      await expect(collect(issues.queryPages({ index: 'GSI1', of }))).rejects.toThrow(TypeError);
    }
    await expect(issues.create({ project: 'x', number: 10_000, status: 'open' })).rejects.toMatchObject({
      name: 'InvalidItemError',
      attribute: 'number',
    });
    expect(made.faults.requests).toHaveLength(sent);
  });
});

it('types take one form of keys, and attributes of the entity', () => {
  const typed = () => [
    issues.query({ index: 'GSI20', of: { project: 'x', createdAt: '2024', id: 'x' } }),
    // @ts-expect-error both forms
    issues.query({ index: 'GSI1', of: { project: 'x' }, pk: 'x' }),
    // @ts-expect-error no keys
    issues.query({ index: 'GSI1' }),
    // @ts-expect-error a range of no attributes
    issues.query({ index: 'GSI1', pk: 'x', from: { number: 1 } }),
    // @ts-expect-error no attribute
    issues.query({ index: 'GSI1', of: { nope: 'x' } }),
    // @ts-expect-error another type
    issues.query({ index: 'GSI1', of: { number: 'x' } }),
    // @ts-expect-error no such index
    issues.query({ index: 'GSI21', pk: 'x' }),
  ];
  expect(typed).toBeTypeOf('function');
});
