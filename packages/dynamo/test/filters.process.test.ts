import { type BaseModel, type Conditions, DynamoModel, type Query } from '@aws-starter-kit/dynamo';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { capturedLogger, type LogLine } from './captured-logger.js';
import { collect } from './models.js';
import { faultyTable } from './raw-table.js';

interface Issue extends BaseModel {
  number: number;
  status: 'open' | 'closed';
  title: string;
  assignee?: string;
  tags?: Set<string>;
  log?: string[];
  due?: string | null;
  settings?: { theme?: string; notify: { perDay?: number } };
  text?: string;
}
class IssueModel extends DynamoModel<Issue> {
  readonly project: string;
  constructor(options: ConstructorParameters<typeof DynamoModel>[0], project = 'P') {
    super(options);
    this.project = project;
  }
  protected getEntityName() {
    return 'Issue';
  }
  protected generateId(data: Omit<Issue, keyof BaseModel>) {
    return `${this.project}-${data.number}`;
  }
  protected setGSIKeys(entity: Issue) {
    entity.pk1 = this.project;
    entity.sk1 = `N#${String(entity.number).padStart(4, '0')}`;
  }
  protected override normalise<D extends Partial<Issue>>(data: D): D {
    return typeof data.assignee === 'string' ? { ...data, assignee: data.assignee.toLowerCase() } : data;
  }
}

const count = 60;
const data = Array.from({ length: count }, (_, number) => ({
  number,
  status: number % 3 === 0 ? ('open' as const) : ('closed' as const),
  title: `t-${number}`,
  ...(number % 2 === 0 && { assignee: 'ann' }),
  ...(number % 5 === 0 && { tags: new Set(['a', `t${number}`]), log: ['x', 'y'] }),
  ...(number % 7 === 0 && { due: null as unknown as string, settings: { notify: { perDay: number } } }),
}));

let made: Awaited<ReturnType<typeof faultyTable>>;
let issues: IssueModel;
let lines: LogLine[];
beforeAll(async () => {
  made = await faultyTable();
  const captured = capturedLogger('DEBUG');
  lines = captured.lines;
  issues = new IssueModel({ ...made.table, logger: captured.logger });
  const items = data.map(({ number, ...rest }) => ({
    id: `ISSUE#P-${number}`,
    number,
    ...rest,
    createdAt: '2024-01-01T00:00:00.000Z',
    ...(number % 4 === 0 && { version: 1 }),
    pk1: 'P',
    sk1: `N#${String(number).padStart(4, '0')}`,
  }));
  const others = items.map(({ number, sk1 }) => ({ id: `OTHER#${number}`, pk1: 'P', sk1, status: 'open' }));
  await made.raw.putAll([...items, ...others]);
});

const all = { index: 'GSI1', pk: 'P' } as const;
const numbers = (items: readonly { number: number }[]) => items.map(({ number }) => number);
const those = (holds: (issue: (typeof data)[number]) => boolean) => numbers(data.filter((one) => holds(one as never)));
const limitsOf = (sent: number) => made.faults.requests.slice(sent).map(({ body }) => body.Limit);

/** Follows cursors to the end. */
async function pagesOf(query: Query<Issue>): Promise<number[][]> {
  const pages: number[][] = [];
  let cursor: string | undefined;
  do {
    const page = await issues.query({ ...query, cursor, before: undefined });
    pages.push(numbers(page.items));
    expect(page.start !== undefined).toBe(page.items.length > 0);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

describe('a filter', () => {
  type Data = (typeof data)[number] & Record<string, never>;
  it.each<[Conditions<Issue>, (issue: Data) => boolean]>([
    [{ status: 'open' }, ({ status }) => status === 'open'],
    [{ status: 'open', assignee: 'ANN' }, ({ status, assignee }) => status === 'open' && assignee === 'ann'],
    [[{ status: 'open' }, { assignee: 'ann' }], ({ status, assignee }) => status === 'open' || assignee === 'ann'],
    [{ number: { gte: 5, lt: 9 } }, ({ number }) => number >= 5 && number < 9],
    [{ number: { between: [5, 9], ne: 7 } }, ({ number }) => number >= 5 && number <= 9 && number !== 7],
    [{ number: { in: [3, 99, 4] } }, ({ number }) => number === 3 || number === 4],
    [{ assignee: { ne: 'ann' } }, ({ assignee }) => assignee !== 'ann'],
    [{ title: { beginsWith: 't-1' } }, ({ title }) => title.startsWith('t-1')],
    [{ title: { contains: '7' } }, ({ title }) => title.includes('7')],
    [{ tags: { contains: 't5' } }, ({ number }) => number === 5],
    [{ tags: { notContains: 'a' } }, ({ tags }) => tags === undefined],
    [{ log: { size: { gte: 2 } } }, ({ log }) => log !== undefined],
    [{ tags: { exists: false } }, ({ tags }) => tags === undefined],
    [{ log: { eq: ['x', 'y'] } }, ({ log }) => log !== undefined],
    [{ due: null }, ({ number }) => number % 7 === 0],
    [{ 'settings.notify.perDay': { gte: 14 } }, ({ number }) => number % 7 === 0 && number >= 14],
    [{ 'settings.theme': { exists: true } }, () => false],
    [{ version: 0 }, ({ number }) => number % 4 !== 0],
    [{ version: { gt: 0 }, createdAt: { lt: '2025' } }, ({ number }) => number % 4 === 0],
    [{ updatedAt: { exists: true } }, () => false],
    [{}, () => true],
  ])('%j selects what meets it, in pages of any size, counts and scans', async (filter, holds) => {
    const expected = those(holds as never);
    for (const limit of expected.length > 12 ? [7, 1000] : [1, 7, 1000]) {
      const pages = await pagesOf({ ...all, filter, limit });
      expect(pages.flat()).toEqual(expected);
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      if (pages.length > 1) expect(pages.at(-1)).not.toEqual([]); // a cursor only where another match exists
    }
    const backward = await pagesOf({ ...all, filter, limit: 7, order: 'desc' });
    expect(backward.flat()).toEqual([...expected].reverse());
    expect(await issues.count({ ...all, filter })).toBe(expected.length);
    expect(await issues.count({ ...all, filter, atMost: 3 })).toBe(Math.min(expected.length, 3));
    expect(numbers((await collect(issues.queryPages({ ...all, filter }))).flat())).toEqual(expected);
    const paged = await collect(issues.queryPages({ ...all, filter, limit: 4 }));
    expect(paged.flatMap(numbers)).toEqual(expected);
    expect(paged.slice(0, -1).every(({ length }) => length === 4)).toBe(true);
    const scanned = await issues.scanAll({ filter, segments: 2 });
    expect(numbers(scanned).sort((a, b) => a - b)).toEqual(expected);
  });

  it('may change from page to page, with attributes and limit', async () => {
    const { cursor } = await issues.query({ ...all, limit: 3, filter: { status: 'open' } });
    const next = await issues.query({ ...all, limit: 2, cursor, filter: { assignee: 'ann' }, attributes: ['number'] });
    expect(numbers(next.items)).toEqual([8, 10]);
  });

  it('asks for a hundred items first, then for as many as the matches suggest, and logs how many were read', async () => {
    const sent = made.faults.requests.length;
    await issues.query({ ...all, limit: 2, filter: { number: { gte: 58 } } });
    expect(limitsOf(sent)).toEqual([100, 400]);
    expect(lines.at(-1)).toMatchObject({ operation: 'query', count: 2, scanned: 120 });
    await issues.count({ ...all, filter: { status: 'open' } });
    expect(lines.at(-1)).toMatchObject({ operation: 'count', count: 20, scanned: 120 });
    await issues.scanAll({ filter: { status: 'open' } });
    expect(lines.at(-1)).toMatchObject({ operation: 'scan', count: 20, scanned: expect.any(Number) });
    await issues.query({ ...all, limit: 2 });
    expect(lines.at(-1)).not.toHaveProperty('scanned');
    expect(JSON.stringify(lines)).not.toContain('t-1');
  });

  it('is rejected before sending where DynamoDB would not accept it', async () => {
    const sent = made.faults.requests.length;
    const wide = Array.from({ length: 160 }, (_, number) => ({ number, status: 'open' as const }));
    for (const filter of [wide, [], { number: { in: Array.from({ length: 101 }, (_, i) => i) } }]) {
      await expect(issues.query({ ...all, filter })).rejects.toThrow(TypeError);
      await expect(issues.count({ ...all, filter })).rejects.toThrow(TypeError);
      await expect(collect(issues.queryPages({ ...all, filter }))).rejects.toThrow(TypeError);
      await expect(issues.scanAll({ filter })).rejects.toThrow(TypeError);
    }
    await expect(issues.query({ ...all, filter: wide })).rejects.toThrow(/`filter` make .* operators, the model's own/);
    const managed = { pk1: 'P' } as object;
    await expect(issues.query({ ...all, filter: managed })).rejects.toMatchObject({ name: 'InvalidItemError' });
    expect(made.faults.requests).toHaveLength(sent);
  });
});

describe('maxScanned', () => {
  it('ends a page early, with a cursor that says where, also at an item of another entity', async () => {
    const found: number[] = [];
    let pages = 0;
    let cursor: string | undefined;
    do {
      const page = await issues.query({ ...all, limit: 5, maxScanned: 11, cursor, filter: { number: { gte: 50 } } });
      found.push(...numbers(page.items));
      expect(lines.at(-1)?.scanned).toBeLessThanOrEqual(11);
      cursor = page.cursor;
      pages++;
    } while (cursor !== undefined);
    expect(found).toEqual(those(({ number }) => number >= 50));
    expect(pages).toBeGreaterThan(10);
  });

  it('ends pages early in an iteration, which goes on', async () => {
    const pages = issues.queryPages({ ...all, limit: 4, maxScanned: 9, filter: { status: 'open' } });
    expect(numbers((await collect(pages)).flat())).toEqual(those(({ status }) => status === 'open'));
  });

  it.each([0, 1.5, -1, Number.NaN])('rejects %s', async (maxScanned) => {
    await expect(issues.query({ ...all, maxScanned })).rejects.toThrow(/whole number from 1/);
  });
});

describe('a deadline', () => {
  const filter = { number: { gte: 59 } };
  it('ends a filtered page early once something was read, and the cursor goes on', async () => {
    made.faults.setRules([{ fault: 'hang', operation: 'Query', skip: 1 }]);
    const page = await issues.query({ ...all, limit: 5, filter }, { deadlineMs: 600 });
    made.faults.setRules([]);
    expect(page.items).toEqual([]);
    expect(page).toHaveProperty('cursor');
    expect(page).not.toHaveProperty('start');
    const rest = await issues.query({ ...all, limit: 5, filter, cursor: page.cursor });
    expect(numbers(rest.items)).toEqual([59]);
    expect(lines.at(-1)?.scanned).toBe(20); // and not from the beginning
  });

  it('is an error before anything was read', async () => {
    made.faults.setRules([{ fault: 'hang', operation: 'Query' }]);
    const late = issues.query({ ...all, filter }, { deadlineMs: 200 });
    await expect(late).rejects.toMatchObject({ name: 'DeadlineExceededError' });
    made.faults.setRules([]);
  });
});

describe('a projection', () => {
  it('returns the attributes that were asked for, and the id', async () => {
    const page = await issues.query({ ...all, limit: 2, attributes: ['title', 'assignee'] });
    expect(page.items).toEqual([
      { id: 'P-0', title: 't-0', assignee: 'ann' },
      { id: 'P-1', title: 't-1' },
    ]);
    expect(made.faults.requests.at(-1)?.body).toHaveProperty('ProjectionExpression');
    const next = await issues.query({ ...all, limit: 1, cursor: page.cursor, attributes: ['version'] });
    expect(next.items).toEqual([{ id: 'P-2', version: 0 }]);
    expect((await collect(issues.queryPages({ ...all, attributes: [] }))).flat()[3]).toEqual({ id: 'P-3' });
    const scanned = await issues.scanAll({ attributes: ['title'], filter: { number: 4 } });
    expect(scanned).toEqual([{ id: 'P-4', title: 't-4' }]);
    expect(await issues.getById('P-4', { attributes: ['title', 'due'] })).toEqual({ id: 'P-4', title: 't-4' });
    expect(await issues.getById('none', { attributes: ['title'] })).toBeNull();
    expect(await issues.getByIds(['P-4', 'none', 'P-5', 'P-4'], { attributes: ['number'] })).toEqual([
      { id: 'P-4', number: 4 },
      null,
      { id: 'P-5', number: 5 },
      { id: 'P-4', number: 4 },
    ]);
  });

  it('rejects keys, what is internal, and what is no list of names', async () => {
    for (const name of ['pk1', '_writeId', '']) {
      const attributes = [name] as unknown as ['title'];
      await expect(issues.query({ ...all, attributes })).rejects.toMatchObject({ name: 'InvalidItemError' });
      await expect(issues.getById('P-1', { attributes })).rejects.toMatchObject({ name: 'InvalidItemError' });
    }
    await expect(issues.query({ ...all, attributes: 'title' as unknown as ['title'] })).rejects.toThrow(TypeError);
  });
});

describe('paging backward', () => {
  it.each([
    ['asc', undefined],
    ['desc', undefined],
    ['asc', { status: 'open' }],
    ['desc', { assignee: 'ann' }],
  ] as const)('gives each page again from the one after it: %s, %j', async (order, filter) => {
    for (const limit of filter ? [3, 20] : [7, 20]) {
      const query = { ...all, order, limit, filter };
      const pages = [];
      let cursor: string | undefined;
      do {
        const page = await issues.query({ ...query, cursor });
        pages.push(page);
        cursor = page.cursor;
      } while (cursor !== undefined);
      for (const [i, page] of pages.entries()) {
        const before = await issues.query({ ...query, before: page.start });
        if (i === 0) expect(before).toEqual({ items: [] });
        else {
          expect(before).toEqual({ ...pages[i - 1], cursor: expect.any(String) });
          expect(numbers((await issues.query({ ...query, cursor: before.cursor })).items)).toEqual(numbers(page.items));
        }
      }
    }
  });

  it('has a cursor although the items after the page were deleted since', async () => {
    const shortLived = new IssueModel(made.table, 'SHORT');
    await shortLived.batchCreate([1, 2, 3].map((number) => ({ number, status: 'open' as const, title: 'x' })));
    const query = { ...all, pk: 'SHORT', limit: 2 };
    const first = await shortLived.query(query);
    const second = await shortLived.query({ ...query, cursor: first.cursor });
    await shortLived.delete('SHORT-3');
    const before = await shortLived.query({ ...query, before: second.start });
    expect(numbers(before.items)).toEqual([1, 2]);
    expect(await shortLived.query({ ...query, cursor: before.cursor })).toEqual({ items: [] });
  });

  it('reaches the beginning also in pages that end early', async () => {
    const query = { ...all, limit: 3, filter: { number: { lt: 5 } }, maxScanned: 7 } as const; // most pages are empty
    const { start } = await issues.query({ ...all, limit: 1, order: 'asc', filter: { number: 59 } });
    const found: number[] = [];
    let before = start;
    for (let pages = 0; before !== undefined && pages < 200; pages++) {
      const page = await issues.query({ ...query, before });
      expect(page.cursor !== undefined).toBe(page.start !== undefined);
      found.unshift(...numbers(page.items));
      before = page.start;
    }
    expect(found).toEqual(those(({ number }) => number < 5));
  });

  it('is for one page, and excludes a cursor', async () => {
    const { start, cursor } = await issues.query({ ...all, limit: 1 });
    const both = { ...all, before: start, cursor } as unknown as Query<Issue>;
    await expect(issues.query(both)).rejects.toThrow(TypeError);
    const backward = { ...all, before: start } as unknown as Query<Issue> & { before?: undefined };
    await expect(issues.count(backward)).rejects.toThrow(TypeError);
    await expect(collect(issues.queryPages(backward))).rejects.toThrow(TypeError);
    await expect(issues.query({ ...all, order: 'desc', before: start })).rejects.toMatchObject({
      name: 'InvalidCursorError',
    });
  });
});

it('types know paths, values and projections', () => {
  const typed = async () => {
    const page = await issues.query({
      ...all,
      attributes: ['title', 'version'],
      filter: { 'settings.notify.perDay': 1 },
    });
    expectTypeOf(page.items).toEqualTypeOf<Pick<Issue, 'id' | 'title' | 'version'>[]>();
    expectTypeOf(await issues.getById('x', { attributes: ['due'] })).toEqualTypeOf<Pick<Issue, 'id' | 'due'> | null>();
    expectTypeOf(await issues.getById('x', { consistent: true })).toEqualTypeOf<Issue | null>();
    expectTypeOf((await issues.query(all)).items).toEqualTypeOf<Issue[]>();
    for await (const some of issues.scanPages({ attributes: ['log'] })) {
      expectTypeOf(some).toEqualTypeOf<Pick<Issue, 'id' | 'log'>[]>();
    }
    // @ts-expect-error no such path
    await issues.query({ ...all, filter: { 'settings.nope': 1 } });
    // @ts-expect-error lists end a path
    await issues.query({ ...all, filter: { 'log.length': 1 } });
    // @ts-expect-error another type
    await issues.query({ ...all, filter: { number: { gte: '1' } } });
    // @ts-expect-error no such status
    await issues.query({ ...all, filter: { status: { in: ['lost'] } } });
    // @ts-expect-error keys are managed
    await issues.query({ ...all, filter: { pk1: 'x' } });
    // @ts-expect-error no such attribute
    await issues.query({ ...all, attributes: ['nope'] });
    // @ts-expect-error keys are not returned
    await issues.query({ ...all, attributes: ['pk1'] });
    // @ts-expect-error one direction
    await issues.query({ ...all, cursor: 'x', before: 'y' });
  };
  expect(typed).toBeTypeOf('function');
});
