import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';

describe('bodies', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runningApi();
  });
  afterAll(() => api.stop());

  const post = async (procedure: string, body?: Uint8Array | string, type?: string) => {
    const headers = { ...asAdmin, ...(type !== undefined && { 'content-type': type }) };
    const response = await fetch(`${api.url}/trpc/${procedure}`, { method: 'POST', headers, body: body ?? null });
    return { status: response.status, body: await response.json() };
  };
  const user = '{"email":"rené@example.com","name":"René"}';
  const json = 'application/json';

  it.each([
    ['Latin-1', json, Buffer.from(user, 'latin1'), 400],
    ['Latin-1 that says so', `${json}; charset=iso-8859-1`, Buffer.from(user, 'latin1'), 415],
    ['UTF-8 that is said to be another charset', `${json};charset="windows-1252"`, Buffer.from(user), 415],
    ['UTF-16', `${json}; charset=utf-16`, Buffer.from(user, 'utf16le'), 415],
    ['UTF-16 that does not say so', json, Buffer.from(user, 'utf16le'), 400],
    ['half a character', json, Buffer.from([...Buffer.from('{"email":"'), 0xe2, 0x82]), 400],
    ['half a surrogate pair in bytes', json, Buffer.from([...Buffer.from('{"name":"'), 0xed, 0xa0, 0x80]), 400],
  ])('are rejected if they are %s', async (_, type, body, status) => {
    const before = await api.itemIds();
    const answer = await post('users.create', body, type);
    expect(answer).toMatchObject({ status, body: { error: { data: { requestId: expect.any(String) } } } });
    expect(await api.itemIds()).toEqual(before);
  });

  it.each([json, `${json}; charset=utf-8`, `${json};charset="UTF-8"`, `${json}; charset=us-ascii`])(
    'are accepted as %s',
    async (type) => {
      const name = 'René 中文 😀';
      const email = `${crypto.randomUUID()}@example.com`;
      const { body } = await post('users.create', JSON.stringify({ email, name }), type);
      expect(body).toMatchObject({ result: { data: { name } } });
    },
  );

  it('are not replaced by a query that is no UTF-8', async () => {
    const query = '?input=%7B%22email%22%3A%22ren%E9%40example.com%22%7D';
    const response = await fetch(`${api.url}/trpc/users.getByEmail${query}`, { headers: asAdmin });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { data: { requestId: expect.any(String) } } });
  });
});
