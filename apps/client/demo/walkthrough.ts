import { AssertionError, ok } from 'node:assert/strict';
import { type ApiClient, isApiError } from '../src/index.js';
import { eventually } from './eventually.js';
import { listCreatedAfter } from './list-created-after.js';

export interface WalkthroughOptions {
  api: ApiClient;
  /** Makes an email that no other run uses. */
  emailOf: (name: string) => string;
  /** Prints a remark above the next call. */
  remark: (text: string) => void;
  /** Makes several calls at once, and prints them as one. */
  callTogether: <T>(shownAs: string, makeCalls: (api: ApiClient) => Promise<T>[]) => Promise<T[]>;
}

// within what one caller may have at one time: 32 calls that run and as many that wait
const manyUsers = 40;
const pageSize = 10;

/** Calls every procedure, and throws if one does not do what it should. */
export async function walkthrough({ api, emailOf, remark, callTogether }: WalkthroughOptions): Promise<void> {
  const ada = await api.users.create.mutate({ email: emailOf('ada'), name: 'Ada Lovelace' });
  ok(ada.email === emailOf('ada') && ada.version === 1, 'a new user has the given email and version 1');

  remark('The same email is taken, however it is spelled.');
  const taken = { email: emailOf('ADA').toUpperCase(), name: 'Another Ada' };
  await rejects('CONFLICT EMAIL_TAKEN', api.users.create.mutate(taken));

  remark('Invalid input is rejected before anything else happens.');
  await rejects('BAD_REQUEST', api.users.create.mutate({ email: 'not an email', name: '' }));

  const byId = await api.users.getById.query({ id: ada.id });
  ok(byId.name === ada.name, 'a new user is found by id');

  await eventually(async () => {
    const byEmail = await api.users.getByEmail.query({ email: ada.email });
    ok(byEmail.id === ada.id, 'a new user is found by email');
  });

  const renamed = await api.users.update.mutate({ id: ada.id, data: { name: 'Ada King' }, expectedVersion: 1 });
  ok(renamed.name === 'Ada King' && renamed.version === 2, 'an update changes the name and increments the version');

  const moved = await api.users.update.mutate({ id: ada.id, data: { email: emailOf('ada.king') } });
  ok(moved.email === emailOf('ada.king') && moved.version === 3, 'an update changes the email');

  remark('The old email is free again.');
  await eventually(() => rejects('NOT_FOUND', api.users.getByEmail.query({ email: ada.email })));

  remark('A caller that has not seen these changes cannot overwrite them.');
  const stale = { id: ada.id, data: { name: 'Countess of Lovelace' }, expectedVersion: 1 };
  await rejects('CONFLICT VERSION_CONFLICT', api.users.update.mutate(stale));

  remark(`Concurrent calls share HTTP requests: ${manyUsers} users.`);
  const numbers = Array.from({ length: manyUsers }, (_, index) => index + 1);
  const people = numbers.map((number) => ({ email: emailOf(`person-${number}`), name: `Person ${number}` }));
  const created = await callTogether('Promise.all(people.map((person) => api.users.create.mutate(person)))', (api) =>
    people.map((person) => api.users.create.mutate(person)),
  );
  const ids = created.map(({ id }) => id);

  const found = await callTogether('Promise.all(ids.map((id) => api.users.getById.query({ id })))', (api) =>
    ids.map((id) => api.users.getById.query({ id })),
  );
  const areInOrder = found.every(({ id }, index) => id === ids[index]);
  ok(areInOrder, 'each of many look-ups gets its own answer');

  remark('Page by page, newest first.');
  await eventually(async () => {
    const seen: { id: string; createdAt: string }[] = [];
    for (let cursor: string | undefined; seen.length < 3 * pageSize; ) {
      const { items, nextCursor } = await api.users.list.query({ limit: pageSize, order: 'desc', cursor });
      ok(items.length === pageSize && nextCursor, `a page holds ${pageSize} users, and another page follows`);
      seen.push(...items);
      cursor = nextCursor;
    }
    ok(new Set(seen.map(({ id }) => id)).size === 3 * pageSize, 'three pages hold different users');
    const newestFirst = seen.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    const isSorted = seen.every((user, index) => user === newestFirst[index]);
    ok(isSorted, 'the newest user comes first');
  });

  await eventually(async () => {
    const after = new Date(Date.parse(ada.createdAt) - 1).toISOString();
    const listed = new Set((await listCreatedAfter(api, after)).map(({ id }) => id));
    const areListed = [ada.id, ...ids].every((id) => listed.has(id));
    ok(areListed, 'the users created after a given time are listed');
  });

  await eventually(async () => {
    const { count } = await api.users.count.query();
    ok(count >= manyUsers + 1, 'all users are counted');
  });

  const { deleted } = await api.users.delete.mutate({ id: ada.id, expectedVersion: 3 });
  ok(deleted, 'a user is deleted');
  await rejects('NOT_FOUND', api.users.getById.query({ id: ada.id }));

  const { success, failed } = await api.users.batchDelete.mutate({ ids });
  ok(success.length === manyUsers && failed.length === 0, 'many users are deleted by one call');
}

/** Expects a call to be rejected with this code and reason. */
async function rejects(expected: string, call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => new AssertionError({ message: `the last call is rejected with ${expected}` }),
    (error: unknown) => error,
  );
  const { code, reason } = (isApiError(error) && error.data) || {};
  if (expected !== [code, reason].filter(Boolean).join(' ')) throw error;
}
