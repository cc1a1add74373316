import { AssertionError, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isApiError } from './api-error.js';
import type { RouterOutputs } from './api-types.js';
import type { ApiClient } from './create-api-client.js';

type User = RouterOutputs['users']['getById'];

export interface DemoOptions {
  api: ApiClient;
  /** Makes an address of this run, unlike those of any other. */
  address: (name: string) => string;
  /** Prints a remark above a call. */
  say: (remark: string) => void;
  /** Makes calls that are not shown one by one, and shows them as one. */
  together: <T>(call: string, makeCalls: (api: ApiClient) => Promise<T>[]) => Promise<T[]>;
}

const manyUsers = 120;
const pageSize = 20;

/** Goes through every procedure; throws when one does not do what it should. */
export async function runDemo({ api, address, say, together }: DemoOptions): Promise<void> {
  const ada = await api.users.create.mutate({ email: address('ada'), name: 'Ada Lovelace' });
  ok(ada.email === address('ada') && ada.version === 1, 'a new user has the address given and version 1');

  say('The same address, typed differently, is taken.');
  const taken = { email: address('ADA').toUpperCase(), name: 'Another Ada' };
  await refused('CONFLICT EMAIL_TAKEN', api.users.create.mutate(taken));

  say('Input that does not fit is refused before anything else.');
  await refused('BAD_REQUEST', api.users.create.mutate({ email: 'no address', name: '' }));

  const byId = await api.users.getById.query({ id: ada.id });
  ok(byId.name === ada.name, 'who was just created is found by id');

  await eventually(async () => {
    const byEmail = await api.users.getByEmail.query({ email: ada.email });
    ok(byEmail.id === ada.id, 'who was just created is found by e-mail address');
  });

  const renamed = await api.users.update.mutate({ id: ada.id, data: { name: 'Ada King' }, expectedVersion: 1 });
  ok(renamed.name === 'Ada King' && renamed.version === 2, 'an update changes the name and counts the version up');

  const moved = await api.users.update.mutate({ id: ada.id, data: { email: address('ada.king') } });
  ok(moved.email === address('ada.king') && moved.version === 3, 'an update changes the address');

  say('The old address is free again.');
  await eventually(() => refused('NOT_FOUND', api.users.getByEmail.query({ email: ada.email })));

  say('Somebody who has not seen these changes cannot undo them.');
  const unaware = { id: ada.id, data: { name: 'Countess of Lovelace' }, expectedVersion: 1 };
  await refused('CONFLICT VERSION_CONFLICT', api.users.update.mutate(unaware));

  say(`Calls made at the same time travel together: ${manyUsers} users.`);
  const numbers = Array.from({ length: manyUsers }, (_, index) => index + 1);
  const people = numbers.map((number) => ({ email: address(`person-${number}`), name: `Person ${number}` }));
  const made = await together('Promise.all(people.map((person) => api.users.create.mutate(person)))', (api) =>
    people.map((person) => api.users.create.mutate(person)),
  );
  const ids = made.map(({ id }) => id);

  const foundAgain = await together('Promise.all(ids.map((id) => api.users.getById.query({ id })))', (api) =>
    ids.map((id) => api.users.getById.query({ id })),
  );
  const isEachFound = foundAgain.every(({ id }, index) => id === ids[index]);
  ok(isEachFound, 'each of many look-ups gets its own answer');

  say('Page by page, the newest first.');
  await eventually(async () => {
    const seen: { id: string; createdAt: string }[] = [];
    for (let cursor: string | undefined; seen.length < 3 * pageSize; ) {
      const { items, nextCursor } = await api.users.list.query({ limit: pageSize, order: 'desc', cursor });
      ok(items.length === pageSize && nextCursor, `a page holds the ${pageSize} users asked for, and there are more`);
      seen.push(...items);
      cursor = nextCursor;
    }
    ok(new Set(seen.map(({ id }) => id)).size === 3 * pageSize, 'three pages hold different users');
    const newestFirst = seen.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
    ok(
      seen.every((user, index) => user === newestFirst[index]),
      'the newest user comes first',
    );
  });

  await eventually(async () => {
    const after = new Date(Date.parse(ada.createdAt) - 1).toISOString();
    const created = new Set((await createdAfter(api, after)).map(({ id }) => id));
    const areListed = [ada.id, ...ids].every((id) => created.has(id));
    ok(areListed, 'those created after a moment are listed');
  });

  await eventually(async () => {
    const { count } = await api.users.count.query();
    ok(count >= manyUsers + 1, 'all users are counted');
  });

  const { deleted } = await api.users.delete.mutate({ id: ada.id, expectedVersion: 3 });
  ok(deleted, 'a user is deleted');
  await refused('NOT_FOUND', api.users.getById.query({ id: ada.id }));

  const { success, failed } = await api.users.batchDelete.mutate({ ids });
  ok(success.length === manyUsers && failed.length === 0, 'many users are deleted by one call');
}

/** All who were created after this moment. */
export async function createdAfter(api: ApiClient, after: string, cursor?: string): Promise<User[]> {
  const { items, nextCursor } = await api.users.createdAfter.query({ after, limit: 100, cursor });
  return nextCursor === undefined ? items : [...items, ...(await createdAfter(api, after, nextCursor))];
}

/** Expects a call to be refused with this code and reason. */
async function refused(why: string, call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => new AssertionError({ message: `the last call is refused (${why})` }),
    (error: unknown) => error,
  );
  const { code, reason } = (isApiError(error) && error.data) || {};
  if (why !== [code, reason].filter(Boolean).join(' ')) throw error;
}

/** All look-ups but those by id read an index, which on AWS lags behind for a moment. */
export async function eventually(step: () => Promise<void>, patienceMs = 3_000): Promise<void> {
  for (const started = performance.now(); ; await sleep(200)) {
    try {
      return await step();
    } catch (error) {
      const code = isApiError(error) ? error.data?.code : undefined;
      const mayChange = error instanceof AssertionError || code === 'NOT_FOUND' || code === 'TIMEOUT';
      if (!mayChange || performance.now() - started > patienceMs) throw error;
    }
  }
}
