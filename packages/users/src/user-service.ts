import {
  type CallOptions,
  type Page,
  type ReadOptions,
  type SortKeyCondition,
  UniqueConstraintError,
  type UpdateOptions,
} from '@aws-starter-kit/dynamo';
import type * as z from 'zod';
import { toTimestamp } from './creation-time.js';
import { EmailTakenError, InvalidUserError } from './errors.js';
import {
  type CreateUser,
  createUserSchema,
  normaliseEmail,
  type UpdateUser,
  type User,
  updateUserSchema,
} from './user.js';
import { UserModel, userPartition } from './user-model.js';

export interface UserServiceOptions {
  /** @default a UserModel by the environment, made at the first call */
  model?: UserModel;
}

/** Which users to list; `limit` from 1 to 1,000. */
export interface ListOptions {
  limit?: number | undefined;
  cursor?: string | undefined;
  order?: 'asc' | 'desc' | undefined;
}

/**
 * The rules of users. What is not found is `null` (or `false`). Addresses are trimmed and in lower case before anything else.
 * Beside its own errors every method rejects with those of `@aws-starter-kit/dynamo`.
 */
export class UserService {
  #model: UserModel | undefined;

  constructor(options: UserServiceOptions = {}) {
    this.#model = options.model;
  }

  /** All users, by a scan of the whole table: use `listUsers` where a page will do. */
  getAllUsers(options?: CallOptions): Promise<User[]> {
    return this.#users.scanAll(options);
  }

  /** Strongly consistent: who was just created is found. */
  getUserById(id: string, options?: CallOptions): Promise<User | null> {
    return this.#users.getById(id, consistently(options));
  }

  /** By position, null where there is none; strongly consistent. */
  getUsersByIds(ids: readonly string[], options?: CallOptions): Promise<(User | null)[]> {
    return this.#users.getByIds(ids, consistently(options));
  }

  /** By index, eventually consistent; with `consistent` by the claim on the address. */
  getUserByEmail(email: string, options: CallOptions & { consistent?: boolean } = {}): Promise<User | null> {
    return options.consistent
      ? this.#users.getByUnique('email', email, options)
      : this.#users.getByEmail(email, options);
  }

  /** @throws EmailTakenError, InvalidUserError */
  async createUser(data: CreateUser, options?: CallOptions): Promise<User> {
    const user = parsed(createUserSchema, data);
    return this.#users.create(user, options).catch(withDomainError);
  }

  /** Creates many; one that fails has its index and error in `failed`, and never takes others with it. */
  async createUsers(list: readonly CreateUser[], options?: CallOptions): Promise<CreateUsersResult> {
    const good: { index: number; user: CreateUser }[] = [];
    const failed: CreateUsersResult['failed'] = [];
    list.forEach((data, index) => {
      try {
        good.push({ index, user: parsed(createUserSchema, data) });
      } catch (error) {
        failed.push({ index, error: error as Error });
      }
    });
    const result = await this.#users.batchCreate(
      good.map(({ user }) => user),
      options,
    );
    for (const { index, error } of result.failed) {
      failed.push({ index: good[index]?.index ?? index, error: domainError(error) });
    }
    return { success: result.success, failed: failed.sort((a, b) => a.index - b.index) };
  }

  /** The user as it is then; null where there is none. @throws EmailTakenError, InvalidUserError, VersionConflictError */
  async updateUser(id: string, data: UpdateUser, options?: UpdateOptions): Promise<User | null> {
    const changes = parsed(updateUserSchema, data);
    return this.#users.update(id, changes, options).catch(withDomainError);
  }

  /** True: it existed. @throws VersionConflictError */
  deleteUser(id: string, options?: UpdateOptions): Promise<boolean> {
    return this.#users.delete(id, options);
  }

  /** Deletes many, in batches; an id that is not there counts as success. */
  batchDeleteUsers(ids: readonly string[], options?: CallOptions) {
    return this.#users.batchDelete(ids, options);
  }

  /** Users created strictly after an ISO 8601 date or date-time (`2024-01-01` is midnight UTC), in order of creation. @throws InvalidUserError */
  async getUsersCreatedAfter(after: string, options?: CallOptions): Promise<User[]> {
    return this.#users.getByCreatedAfter(timestamp(after), options);
  }

  /** A page of users created after a time, as {@link listUsers}. */
  async listUsersCreatedAfter(after: string, list: ListOptions = {}, options?: CallOptions): Promise<Page<User>> {
    return this.#list({ gt: `CREATED#${timestamp(after)}` }, list, options);
  }

  /** A page of users in order of creation. @throws InvalidCursorError */
  async listUsers(list: ListOptions = {}, options?: CallOptions): Promise<Page<User>> {
    return this.#list(undefined, list, options);
  }

  /** How many users there are, by the index of creation: costs as much as reading them all. */
  countUsers(options?: CallOptions): Promise<number> {
    return this.#users.count({ index: 'GSI2', pk: userPartition }, options);
  }

  #list(sk: SortKeyCondition | undefined, { limit, cursor, order }: ListOptions, options?: CallOptions) {
    return this.#users.query({ index: 'GSI2', pk: userPartition, sk, limit, cursor, order }, options);
  }

  get #users(): UserModel {
    this.#model ??= new UserModel();
    return this.#model;
  }
}

export interface CreateUsersResult {
  success: User[];
  failed: { index: number; error: Error }[];
}

/** A ready instance by the environment; it touches neither network nor environment until its first call. */
export const userService = new UserService();

function parsed<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const fieldErrors: Record<string, string[]> = {};
  for (const { path, message } of result.error.issues) {
    const field = path.join('.') || 'user';
    fieldErrors[field] = [...(fieldErrors[field] ?? []), message];
  }
  throw new InvalidUserError(fieldErrors, { cause: result.error });
}

function timestamp(after: string): string {
  const time = toTimestamp(after);
  if (time === undefined)
    throw new InvalidUserError({ after: ['Not an ISO 8601 date or date-time, such as 2024-01-01'] });
  return time;
}

const consistently = ({ signal, deadlineMs }: CallOptions = {}): ReadOptions => ({
  signal,
  deadlineMs,
  consistent: true,
});

const domainError = (error: Error): Error =>
  error instanceof UniqueConstraintError && error.attribute === 'email'
    ? new EmailTakenError(normaliseEmail(error.value), { cause: error })
    : error;

function withDomainError(error: Error): never {
  throw domainError(error);
}
