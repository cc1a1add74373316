import { setTimeout as sleep } from 'node:timers/promises';
import { isApiError } from './api-error.js';
import type { ApiClient } from './create-api-client.js';
import { DemoFailure, expect } from './demo-failure.js';

export interface DemoOptions {
  api: ApiClient;
  /** Distinguishes the addresses of this run from those of any other. */
  run: string;
  /** Prints a remark above a call. */
  say: (remark: string) => void;
  /** Makes calls that are not shown one by one, and shows them as one. */
  together: <T>(call: string, makeCalls: () => Promise<T>[]) => Promise<T[]>;
  signal: AbortSignal;
}

const manyUsers = 120;
const pageSize = 20;

/** Goes through every procedure; throws when one does not do what it should. */
export async function runDemo({ api, run, say, together, signal }: DemoOptions): Promise<void> {
  const address = (name: string) => `${name}.${run}@example.com`;
  const quiet = { context: { quiet: true } };

  const ada = await api.users.create.mutate({ email: address('ada'), name: 'Ada Lovelace' });
  expect(ada.email === address('ada') && ada.version === 1, 'a new user has the address given and version 1');

  say('The same address, typed differently, is taken.');
  await refused('CONFLICT', 'EMAIL_TAKEN', () =>
    api.users.create.mutate({ email: address('ADA').toUpperCase(), name: 'Another Ada' }),
  );

  say('Input that does not fit is refused before anything else.');
  await refused('BAD_REQUEST', undefined, () => api.users.create.mutate({ email: 'no address', name: '' }));

  const byId = await api.users.getById.query({ id: ada.id });
  expect(byId.name === ada.name, 'who was just created is found by id');

  await eventually(signal, async () => {
    const byEmail = await api.users.getByEmail.query({ email: ada.email });
    expect(byEmail.id === ada.id, 'who was just created is found by e-mail address');
  });

  const renamed = await api.users.update.mutate({ id: ada.id, data: { name: 'Ada King' }, expectedVersion: 1 });
  expect(renamed.name === 'Ada King' && renamed.version === 2, 'an update changes the name and counts the version up');

  const moved = await api.users.update.mutate({ id: ada.id, data: { email: address('ada.king') } });
  expect(moved.email === address('ada.king') && moved.version === 3, 'an update changes the address');

  say('The old address is free again.');
  await eventually(signal, () =>
    refused('NOT_FOUND', undefined, () => api.users.getByEmail.query({ email: ada.email })),
  );

  say('Somebody who has not seen these changes cannot undo them.');
  await refused('CONFLICT', 'VERSION_CONFLICT', () =>
    api.users.update.mutate({ id: ada.id, data: { name: 'Countess of Lovelace' }, expectedVersion: 1 }),
  );

  say(`Calls made at the same time travel together: ${manyUsers} users.`);
  const many = await together('Promise.all(people.map((person) => api.users.create.mutate(person)))', () =>
    Array.from({ length: manyUsers }, (_, index) =>
      api.users.create.mutate({ email: address(`person-${index + 1}`), name: `Person ${index + 1}` }, quiet),
    ),
  );
  const ids = many.map(({ id }) => id);

  const foundAgain = await together('Promise.all(ids.map((id) => api.users.getById.query({ id })))', () =>
    ids.map((id) => api.users.getById.query({ id }, quiet)),
  );
  expect(
    foundAgain.every(({ id }, index) => id === ids[index]),
    'each of many look-ups gets its own answer',
  );

  say('Page by page, the newest first.');
  await eventually(signal, () => readPages(api));

  await eventually(signal, async () => {
    const after = new Date(Date.parse(ada.createdAt) - 1).toISOString();
    const created = new Set(await createdAfter(api, after));
    expect(
      [ada.id, ...ids].every((id) => created.has(id)),
      'those created after a moment are listed',
    );
  });

  await eventually(signal, async () => {
    const { count } = await api.users.count.query();
    expect(count >= manyUsers + 1, 'all users are counted');
  });

  const { deleted } = await api.users.delete.mutate({ id: ada.id, expectedVersion: 3 });
  expect(deleted, 'a user is deleted');
  await refused('NOT_FOUND', undefined, () => api.users.getById.query({ id: ada.id }));

  const { success, failed } = await api.users.batchDelete.mutate({ ids });
  expect(success.length === manyUsers && failed.length === 0, 'many users are deleted by one call');
}

/** Reads 60 users in pages. */
async function readPages(api: ApiClient): Promise<void> {
  const seen: { id: string; createdAt: string }[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 3; page++) {
    const { items, nextCursor } = await api.users.list.query({ limit: pageSize, order: 'desc', cursor });
    expect(items.length === pageSize && nextCursor !== undefined, `a page holds the ${pageSize} users asked for`);
    seen.push(...items);
    cursor = nextCursor;
  }
  expect(new Set(seen.map(({ id }) => id)).size === seen.length, 'no user is on two pages');
  expect(
    seen.every((user, index) => index === 0 || user.createdAt <= (seen[index - 1]?.createdAt ?? '')),
    'the newest user comes first',
  );
}

/** The ids of all who were created after this moment. */
async function createdAfter(api: ApiClient, after: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.users.createdAfter.query({ after, limit: 100, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

/** Expects a call to be refused for this reason. */
async function refused(code: string, reason: string | undefined, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (isApiError(error) && error.data?.code === code && error.data.reason === reason) return;
    throw error;
  }
  throw new DemoFailure(`Expected, but not so: the last call is refused (${[code, reason].filter(Boolean).join(' ')})`);
}

/** All look-ups but those by id read an index, which on AWS lags behind for a moment. */
async function eventually(signal: AbortSignal, step: () => Promise<void>): Promise<void> {
  const started = performance.now();
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const mayChange = error instanceof DemoFailure || (isApiError(error) && error.data?.code === 'NOT_FOUND');
      if (!mayChange || performance.now() - started > 3_000) throw error;
    }
    await sleep(200, undefined, { signal });
  }
}
