// A program that uses a client generated from the document. generated-client.long.test.ts compiles and runs it.
import { deepEqual, equal, ok } from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

const { API_URL = '', API_TOKEN = '' } = process.env;
/** The answers, which the test validates against the document. */
const answers: { path: string; method: string; status: number; body: unknown }[] = [];
const watched = async (request: Request): Promise<Response> => {
  const response = await fetch(request);
  const { pathname: path } = new URL(request.url);
  const { method } = request;
  answers.push({ path, method: method.toLowerCase(), status: response.status, body: await response.clone().json() });
  return response;
};
const api = createClient<paths>({
  baseUrl: API_URL,
  headers: { authorization: `Bearer ${API_TOKEN}` },
  fetch: watched,
});

/** Returns the data of an answer. */
function dataOf<T>({ data, error }: { data?: { result: { data: T } }; error?: { error: { message: string } } }): T {
  if (data === undefined) throw new Error(error?.error.message);
  return data.result.data;
}
const create = async (email: string, name: string): Promise<components['schemas']['User']> =>
  dataOf(await api.POST('/trpc/users.create', { body: { email, name } }));

const ada = await create(' Ada@Example.com ', 'Ada Lovelace');
equal(ada.email, 'ada@example.com');
equal(ada.version, 1);

const taken = await api.POST('/trpc/users.create', { body: { email: 'ADA@example.com', name: 'Another Ada' } });
const conflict: components['schemas']['ConflictError'] | undefined =
  taken.response.status === 409 ? (taken.error as components['schemas']['ConflictError']) : undefined;
deepEqual([conflict?.error.data.reason, conflict?.error.data.field], ['EMAIL_TAKEN', 'email']);

const wrong = await api.POST('/trpc/users.create', { body: { email: 'not an email', name: '' } });
const badRequest = wrong.error as components['schemas']['BadRequestError'];
deepEqual(Object.keys(badRequest.error.data.fieldErrors ?? {}), ['email', 'name']);

deepEqual(dataOf(await api.POST('/trpc/users.getById', { body: { id: ada.id } })), ada);
deepEqual(dataOf(await api.POST('/trpc/users.getByEmail', { body: { email: ada.email } })), ada);

const data = { name: 'Ada King', email: 'ada.king@example.com' };
const renamed = dataOf(await api.POST('/trpc/users.update', { body: { id: ada.id, data, expectedVersion: 1 } }));
deepEqual([renamed.name, renamed.email, renamed.version], ['Ada King', 'ada.king@example.com', 2]);
equal((await api.POST('/trpc/users.getByEmail', { body: { email: ada.email } })).response.status, 404);
const stale = await api.POST('/trpc/users.update', { body: { id: ada.id, data: { name: 'x' }, expectedVersion: 1 } });
equal((stale.error as components['schemas']['ConflictError']).error.data.reason, 'VERSION_CONFLICT');

const numbers = Array.from({ length: 60 }, (_, index) => index);
const people = await Promise.all(numbers.map((number) => create(`person-${number}@example.com`, `Person ${number}`)));
const listed: string[] = [];
let cursor: string | undefined;
do {
  const page = dataOf(
    await api.POST('/trpc/users.list', { body: { limit: 25, order: 'desc', ...(cursor && { cursor }) } }),
  );
  listed.push(...page.items.map(({ id }) => id));
  cursor = page.nextCursor;
} while (cursor !== undefined);
deepEqual(listed.toSorted(), [ada, ...people].map(({ id }) => id).toSorted());
const badCursor = await api.POST('/trpc/users.list', { body: { cursor: 'x' } });
equal((badCursor.error as components['schemas']['BadRequestError']).error.data.reason, 'INVALID_CURSOR');
const later = dataOf(await api.POST('/trpc/users.createdAfter', { body: { after: ada.createdAt, limit: 100 } }));
ok(later.items.length >= 59);
deepEqual(dataOf(await api.GET('/trpc/users.count')), { count: 61, isExact: true });

deepEqual(dataOf(await api.POST('/trpc/users.delete', { body: { id: ada.id, expectedVersion: 2 } })), {
  deleted: true,
});
equal((await api.POST('/trpc/users.delete', { body: { id: ada.id } })).response.status, 404);
const ids = people.map(({ id }) => id);
const { success, failed } = dataOf(await api.POST('/trpc/users.batchDelete', { body: { ids } }));
deepEqual([success.length, failed], [60, []]);

equal((await api.GET('/trpc/users.count', { headers: { authorization: 'Bearer x' } })).response.status, 401);

equal((await api.POST('/trpc/users.list')).response.status, 200);
// @ts-expect-error this body is not optional
equal((await api.POST('/trpc/users.getById')).response.status, 400);
// @ts-expect-error a name is missing
await api.POST('/trpc/users.create', { body: { email: 'a@example.com' } });
// @ts-expect-error there is no such procedure
await api.POST('/trpc/users.drop', { body: {} });

process.stdout.write(JSON.stringify(answers));
