import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';

const long = 'x'.repeat(10_000);
const queries = new Set(['list', 'createdAfter', 'getById', 'getByEmail', 'count']);

type Row = [procedure: string, field: string, input: object];

interface Answer {
  result?: { data: unknown };
  error?: { message: string; data: { code: string; reason?: string; fieldErrors?: Record<string, string[]> } };
}

describe('input validation', () => {
  let api: RunningApi;
  let ada: { id: string };
  let before: string[];
  beforeAll(async () => {
    api = await runningApi();
    ada = await api.client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
    before = await api.itemIds();
  });
  afterAll(() => api.stop());

  /** Sends an input that no typed client could send. */
  async function send(procedure: string, input: unknown): Promise<Answer & { status: number }> {
    const url = `${api.url}/trpc/users.${procedure}`;
    const json = JSON.stringify(input);
    const response = queries.has(procedure)
      ? await fetch(input === undefined ? url : `${url}?input=${encodeURIComponent(json)}`, { headers: asAdmin })
      : await fetch(url, {
          method: 'POST',
          body: json ?? null,
          headers: { 'content-type': 'application/json', ...asAdmin },
        });
    return { status: response.status, ...((await response.json()) as Answer) };
  }

  const goodInput: Record<string, object> = {
    list: {},
    createdAfter: { after: '2024-01-01' },
    getById: { id: 'x' },
    getByEmail: { email: 'x@example.com' },
    create: { email: 'new@example.com', name: 'New' },
    update: { id: 'x', data: { name: 'New' } },
    delete: { id: 'x' },
    batchDelete: { ids: ['x'] },
  };
  const procedures = [...Object.keys(goodInput), 'count'];

  it.each(procedures.flatMap((name) => ['text', 7, true, [], [1], null].map((input) => [name, input] as const)))(
    '%s rejects %j as input',
    async (name, input) => {
      const { status, error } = await send(name, input);
      expect(status).toBe(400);
      expect(error?.data.fieldErrors).toHaveProperty('input');
      expect(error?.message).toBe('The input is not valid');
    },
  );

  it.each(Object.keys(goodInput))('%s rejects an unknown field', async (name) => {
    const { error } = await send(name, { ...goodInput[name], isAdmin: true });
    expect(error?.data).toMatchObject({ code: 'BAD_REQUEST', fieldErrors: { isAdmin: ['Unknown field'] } });
  });

  it.each(Object.keys(goodInput))('%s rejects a field named __proto__', async (name) => {
    const input = JSON.parse(
      `${JSON.stringify(goodInput[name]).replace(/}$/, '')}${name === 'list' ? '' : ','}"__proto__":{"a":1}}`,
    );
    const { error } = await send(name, input);
    expect(error?.data.code).toBe('BAD_REQUEST');
  });

  const wrong = ['', 7, null, {}, [], long, '\ud800'];
  const rows: Row[] = [
    ...wrong.map<Row>((id) => ['getById', 'id', { id }]),
    ...wrong.map<Row>((id) => ['delete', 'id', { id }]),
    ...wrong.map<Row>((id) => ['update', 'id', { id, data: { name: 'x' } }]),
    ...wrong.map<Row>((email) => ['getByEmail', 'email', { email }]),
    ...wrong.map<Row>((email) => ['create', 'email', { email, name: 'x' }]),
    ...wrong.map<Row>((name) => ['create', 'name', { email: 'x@example.com', name }]),
    ...wrong.map<Row>((email) => ['update', 'data.email', { id: 'x', data: { email } }]),
    ...wrong.map<Row>((name) => ['update', 'data.name', { id: 'x', data: { name } }]),
    ...wrong.map<Row>((after) => ['createdAfter', 'after', { after }]),
    ...wrong.filter((cursor) => cursor !== null).map<Row>((cursor) => ['list', 'cursor', { cursor }]),
    ...[0, 101, -1, 1.5, '20', null].map<Row>((limit) => ['list', 'limit', { limit }]),
    ...['up', 1, null].map<Row>((order) => ['list', 'order', { order }]),
    ...[-1, 1.5, '1', null].map<Row>((expectedVersion) => ['delete', 'expectedVersion', { id: 'x', expectedVersion }]),
    ['batchDelete', 'ids', { ids: [] }],
    ['batchDelete', 'ids', { ids: Array.from({ length: 1001 }, (_, n) => `${n}`) }],
    ['batchDelete', 'ids.1', { ids: ['x', ''] }],
    ['batchDelete', 'ids', { ids: 'x' }],
    ['create', 'email', { email: 'not an email', name: 'x' }],
    ['create', 'id', { email: 'x@example.com', name: 'x', id: 'mine' }],
    ['create', 'version', { email: 'x@example.com', name: 'x', version: 7 }],
    ['create', 'pk1', { email: 'x@example.com', name: 'x', pk1: 'USER' }],
    ['update', 'data.createdAt', { id: 'x', data: { createdAt: '2024-01-01T00:00:00.000Z' } }],
    ['createdAfter', 'after', { after: 'yesterday' }],
    ['createdAfter', 'after', { after: '2024-02-30' }],
    ['createdAfter', 'after', { after: '01/02/2024' }],
  ];
  it.each(
    rows.map(([procedure, field, input]) => ({ procedure, field, input, sent: JSON.stringify(input).slice(0, 60) })),
  )('$procedure names $field in $sent', async ({ procedure, field, input }) => {
    const { status, error } = await send(procedure, input);
    expect(status).toBe(400);
    expect(error?.data.code).toBe('BAD_REQUEST');
    expect(Object.keys(error?.data.fieldErrors ?? {})).toContain(field);
  });

  const oddIds = [
    'UNIQUE#USER#email#ada@example.com',
    'PRODUCT#1',
    'a#b',
    '#',
    'USER#',
    'user#1',
    'żółć-名前-🙂',
    '\u0000',
    'x'.repeat(2048),
    '../x',
    '{"a":1}',
  ];
  it.each(oddIds.map((id) => ({ id, title: JSON.stringify(id).slice(0, 40) })))(
    'finds no user under the id $title',
    async ({ id }) => {
      expect((await send('getById', { id })).error?.data.code).toBe('NOT_FOUND');
      expect((await send('update', { id, data: { name: 'x' } })).error?.data.code).toBe('NOT_FOUND');
      expect((await send('update', { id, data: { email: 'x@example.com' } })).error?.data.code).toBe('NOT_FOUND');
      expect((await send('delete', { id })).error?.data.code).toBe('NOT_FOUND');
      expect((await send('batchDelete', { ids: [id] })).result?.data).toEqual({ success: [id], failed: [] });
    },
  );

  it.each(['nonsense', 'żółć', '{}', 'bnVsbA', 'e30', 'eyJhIjoxfQ', '../..'])(
    'rejects %j as cursor',
    async (cursor) => {
      expect((await send('list', { cursor })).error?.data).toMatchObject({
        code: 'BAD_REQUEST',
        reason: 'INVALID_CURSOR',
      });
      expect((await send('createdAfter', { cursor, after: '2024-01-01' })).error?.data).toMatchObject({
        reason: 'INVALID_CURSOR',
      });
    },
  );

  it('reports thousands of problems without an answer of megabytes', async () => {
    const wrong = { ids: Array.from({ length: 1000 }, () => 1) };
    const unknown = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`field-${i}`, 1]));
    for (const input of [wrong, { ids: ['x'], ...unknown }]) {
      const { error } = await send('batchDelete', input);
      expect(Object.keys(error?.data.fieldErrors ?? {})).toHaveLength(50);
    }
    const { error } = await send('batchDelete', { ids: Array.from({ length: 20_000 }, () => 1) });
    expect(Object.keys(error?.data.fieldErrors ?? {})).toEqual(['ids']);
  });

  it('rejects an item of over 400 KB before anything is sent', async () => {
    const requests = api.database.requests.length;
    const { status, error } = await send('update', { id: ada.id, data: { name: 'x'.repeat(410_000) } });
    expect(status).toBe(413);
    expect(error?.data.code).toBe('PAYLOAD_TOO_LARGE');
    expect(api.database.requests.length).toBe(requests);
  });

  it('accepts names in any script', async () => {
    for (const name of ['żółć', '名前', '🙂', "Robert'); DROP TABLE--", 'a\u0000b']) {
      const { result } = await send('update', { id: ada.id, data: { name } });
      expect(result?.data).toMatchObject({ name });
    }
  });

  it('finds no user under emails that no user can have', async () => {
    for (const email of ['żółć@例え.jp', 'not an email', '#', 'USER#1', '名'.repeat(320)]) {
      expect((await send('getByEmail', { email })).error?.data.code).toBe('NOT_FOUND');
    }
  });

  it('wrote nothing', async () => {
    expect(await api.itemIds()).toEqual(before);
    expect(await api.client.users.getById.query({ id: ada.id })).toMatchObject({ email: 'ada@example.com' });
    expect(await api.client.users.count.query()).toEqual({ count: 1, isExact: true });
  });

  it('logged no unexpected error', () => {
    expect(api.lines.filter(({ level }) => level === 'ERROR' || level === 'CRITICAL')).toEqual([]);
  });
});
