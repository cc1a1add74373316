import type { ApiClient } from '@aws-starter-kit/client';
import type { User } from '@aws-starter-kit/users';
import { type ApiOptions, connectToApi, explainApiError } from './api-access.js';
import { userDetails, usersTable } from './print-users.js';
import { answer, type Output, remark } from './speak.js';

export interface ApiSettings extends ApiOptions {
  output: Output;
}

export interface ListSettings extends ApiSettings {
  limit: number;
  order?: 'asc' | 'desc';
  after?: string;
  cursor?: string;
}

export interface ChangeSettings extends ApiSettings {
  name?: string;
  email?: string;
  expectedVersion?: number;
}

const longestPage = 100;

export const getCommand = (who: string, settings: ApiSettings) =>
  withApi(settings, async (api) => {
    const user = await find(api, who);
    answer(settings.output, user, () => userDetails(user));
  });

export const listCommand = (settings: ListSettings) =>
  withApi(settings, async (api) => {
    const page = await list(api, settings);
    answer(settings.output, page, () => usersTable(page.items, { columns: process.stdout.columns || 120 }));
    if (settings.output === 'table' && page.nextCursor !== undefined)
      remark(`There are more: add --limit <n>, or --cursor '${page.nextCursor}'`);
  });

export const createCommand = (email: string, name: string, settings: ApiSettings) =>
  withApi(settings, async (api) => {
    const user = await api.users.create.mutate({ email, name });
    answer(settings.output, user, () => userDetails(user));
  });

export const updateCommand = (who: string, settings: ChangeSettings) =>
  withApi(settings, async (api) => {
    const { name, email } = settings;
    const data = { ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
    const user = await api.users.update.mutate({ ...(await target(api, who, settings)), data });
    answer(settings.output, user, () => userDetails(user));
  });

export const deleteCommand = (who: string, settings: ChangeSettings) =>
  withApi(settings, async (api) => {
    const { id, expectedVersion } = await target(api, who, settings);
    const deletion = await api.users.delete.mutate({ id, expectedVersion });
    answer(settings.output, { id, ...deletion }, () => `User ${id} is deleted`);
  });

export const countCommand = (settings: ApiSettings) =>
  withApi(settings, async (api) => {
    const result = await api.users.count.query();
    answer(settings.output, result, () => String(result.count));
  });

async function withApi(settings: ApiSettings, run: (api: ApiClient) => Promise<void>): Promise<void> {
  try {
    await run(connectToApi(settings));
  } catch (error) {
    throw explainApiError(error, settings);
  }
}

const isAddress = (who: string) => who.includes('@');

const find = (api: ApiClient, who: string) =>
  isAddress(who) ? api.users.getByEmail.query({ email: who }) : api.users.getById.query({ id: who });

/** Whom a change is about. Who is named by address is changed only as seen: the index of addresses may lag, and name who had it before. */
async function target(api: ApiClient, who: string, { expectedVersion }: ChangeSettings) {
  if (!isAddress(who)) return { id: who, expectedVersion };
  const { id, version } = await find(api, who);
  return { id, expectedVersion: expectedVersion ?? version };
}

async function list(api: ApiClient, { limit, order, after, cursor }: ListSettings) {
  const page: { items: User[]; nextCursor: string | undefined } = { items: [], nextCursor: cursor };
  do {
    const next = { limit: Math.min(longestPage, limit - page.items.length), cursor: page.nextCursor };
    const { items, nextCursor } =
      after === undefined
        ? await api.users.list.query({ ...next, order })
        : await api.users.createdAfter.query({ ...next, after });
    page.items.push(...items);
    page.nextCursor = nextCursor;
  } while (page.nextCursor !== undefined && page.items.length < limit);
  return page;
}
