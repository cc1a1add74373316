import type { ApiClient } from '@aws-starter-kit/client';
import { confirmWrite, TargetNotConfirmedError } from '@aws-starter-kit/table/target';
import type { User } from '@aws-starter-kit/users';
import { ApiFailure, type ApiOptions, connectToApi, explainApiError } from './api-access.js';
import { type Output, printNote, printResult } from './output.js';
import { userDetails, usersTable } from './print-users.js';

export interface ApiSettings extends ApiOptions {
  output: Output;
}

export interface ListSettings extends ApiSettings {
  limit: number;
  order?: 'asc' | 'desc';
  after?: string;
  cursor?: string;
}

export interface WriteSettings extends ApiSettings {
  yes?: boolean;
}

export interface ChangeSettings extends WriteSettings {
  name?: string;
  email?: string;
  expectedVersion?: number;
}

const maxPageSize = 100;

export const getCommand = (idOrEmail: string, settings: ApiSettings) =>
  withApi(settings, async (api) => {
    const user = await find(api, idOrEmail);
    printResult(settings.output, user, () => userDetails(user));
  });

export const listCommand = (settings: ListSettings) =>
  withApi(settings, async (api) => {
    const page = await list(api, settings);
    printResult(settings.output, page, () => usersTable(page.items, { columns: process.stdout.columns || 120 }));
    if (settings.output === 'table' && page.nextCursor !== undefined)
      printNote(`There are more: add --limit <n>, or --cursor '${page.nextCursor}'`);
  });

export const createCommand = (email: string, name: string, settings: WriteSettings) =>
  withApi(settings, async (api) => {
    await confirm(settings);
    const user = await api.users.create.mutate({ email, name });
    printResult(settings.output, user, () => userDetails(user));
  });

export const updateCommand = (idOrEmail: string, settings: ChangeSettings) =>
  withApi(settings, async (api) => {
    await confirm(settings);
    const { name, email } = settings;
    const data = { ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
    const user = await api.users.update.mutate({ ...(await target(api, idOrEmail, settings)), data });
    printResult(settings.output, user, () => userDetails(user));
  });

export const deleteCommand = (idOrEmail: string, settings: ChangeSettings) =>
  withApi(settings, async (api) => {
    await confirm(settings);
    const { id, expectedVersion } = await target(api, idOrEmail, settings);
    const deletion = await api.users.delete.mutate({ id, expectedVersion });
    printResult(settings.output, { id, ...deletion }, () => `Deleted user ${id}`);
  });

export const countCommand = (settings: ApiSettings) =>
  withApi(settings, async (api) => {
    const result = await api.users.count.query();
    printResult(settings.output, result, () => `${result.isExact ? '' : 'more than '}${result.count}`);
  });

async function withApi(settings: ApiSettings, run: (api: ApiClient) => Promise<void>): Promise<void> {
  try {
    await run(connectToApi(settings));
  } catch (error) {
    throw explainApiError(error, settings);
  }
}

async function confirm({ url, yes }: WriteSettings): Promise<void> {
  await confirmWrite({ name: `the API at ${url}`, url, yes }).catch((error: unknown) => {
    throw error instanceof TargetNotConfirmedError
      ? new ApiFailure(error.message, { isRejection: false, cause: error })
      : error;
  });
}

const isEmail = (idOrEmail: string) => idOrEmail.includes('@');

const find = (api: ApiClient, idOrEmail: string) =>
  isEmail(idOrEmail) ? api.users.getByEmail.query({ email: idOrEmail }) : api.users.getById.query({ id: idOrEmail });

/**
 * Finds the user to change. A user named by email is changed only in the version found: the index may lag, and show its
 * former owner.
 */
async function target(api: ApiClient, idOrEmail: string, { expectedVersion }: ChangeSettings) {
  if (!isEmail(idOrEmail)) return { id: idOrEmail, expectedVersion };
  const { id, version } = await find(api, idOrEmail);
  return { id, expectedVersion: expectedVersion ?? version };
}

async function list(api: ApiClient, { limit, order, after, cursor }: ListSettings) {
  const page: { items: User[]; nextCursor: string | undefined } = { items: [], nextCursor: cursor };
  do {
    const next = { limit: Math.min(maxPageSize, limit - page.items.length), cursor: page.nextCursor };
    const { items, nextCursor } =
      after === undefined
        ? await api.users.list.query({ ...next, order })
        : await api.users.createdAfter.query({ ...next, after });
    page.items.push(...items);
    page.nextCursor = nextCursor;
  } while (page.nextCursor !== undefined && page.items.length < limit);
  return page;
}
