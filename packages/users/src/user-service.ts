import {
  type BatchDeleteResult,
  type CallOptions,
  InvalidInputError,
  type NotOnce,
  type Page,
  parseInput,
  type ReadOptions,
  type SortKeyCondition,
  UniqueConstraintError,
  type UpdateOptions,
  type WriteOptions,
} from '@aws-starter-kit/dynamo/model';
import { toTimestamp } from './creation-time.js';
import { EmailTakenError } from './errors.js';
import { unbindUser, userIdOfSubject } from './subject-binding.js';
import {
  type CreateUser,
  createUserSchema,
  normaliseEmail,
  type UpdateUser,
  type User,
  updateUserSchema,
} from './user.js';
import { UserModel, userPartition } from './user-model.js';
import type { Subject } from './user-subject-model.js';

/** Where a service stores its users. */
export interface UserServiceOptions {
  /** @default a UserModel configured by the environment, created at the first call */
  model?: UserModel;
}

/** Which users to list. `limit` is from 1 to 1,000, by default 100. */
export interface ListOptions {
  limit?: number | undefined;
  cursor?: string | undefined;
  order?: 'asc' | 'desc' | undefined;
}

/** How far to count. */
export interface CountOptions extends CallOptions {
  /** Where to stop counting. @default none */
  atMost?: number | undefined;
}

/**
 * The rules of users. A user that does not exist is `null` (or `false`). Emails are trimmed and lower-cased before
 * anything else. Every method can also throw the errors of `@aws-starter-kit/dynamo`.
 */
export class UserService {
  #model: UserModel | undefined;

  constructor(options: UserServiceOptions = {}) {
    this.#model = options.model;
  }

  /** Returns all users, by a scan of the whole table. Prefer `listUsers` if a page is enough. */
  getAllUsers(options?: CallOptions): Promise<User[]> {
    return this.#users.scanAll(options);
  }

  /** Returns a user by id, with strong consistency: a user that was just created is found. */
  getUserById(id: string, options?: CallOptions): Promise<User | null> {
    return this.#users.getById(id, withConsistency(options));
  }

  /** Returns users by position, null for an unknown id, with strong consistency. */
  getUsersByIds(ids: readonly string[], options?: CallOptions): Promise<(User | null)[]> {
    return this.#users.getByIds(ids, withConsistency(options));
  }

  /**
   * Finds a user by email in GSI1, with eventual consistency. With `consistent`, it reads the claim of the email
   * instead.
   */
  getUserByEmail(email: string, options: CallOptions & { consistent?: boolean } = {}): Promise<User | null> {
    return options.consistent
      ? this.#users.getByUnique('email', email, options)
      : this.#users.getByEmail(email, options);
  }

  /**
   * Creates a user. With `once`, a retry of the call returns the user as it is now, or null if the user has been
   * deleted.
   *
   * @throws EmailTakenError, InvalidInputError
   */
  createUser(data: CreateUser, options?: CallOptions & NotOnce): Promise<User>;
  createUser(data: CreateUser, options?: WriteOptions): Promise<User | null>;
  async createUser(data: CreateUser, options?: WriteOptions): Promise<User | null> {
    const user = parseInput(createUserSchema, data);
    return this.#users.create(user, options).catch(rethrowDomainError);
  }

  /** Creates many users. Each failure is in `failed` with its index, and does not affect the others. */
  async createUsers(list: readonly CreateUser[], options?: CallOptions): Promise<CreateUsersResult> {
    const valid: { index: number; user: CreateUser }[] = [];
    const failed: CreateUsersResult['failed'] = [];
    list.forEach((data, index) => {
      try {
        valid.push({ index, user: parseInput(createUserSchema, data) });
      } catch (error) {
        failed.push({ index, error: error as Error });
      }
    });
    const result = await this.#users.batchCreate(
      valid.map(({ user }) => user),
      options,
    );
    for (const { index, error } of result.failed) {
      failed.push({ index: valid[index]?.index ?? index, error: toDomainError(error) });
    }
    return { success: result.success, failed: failed.sort((a, b) => a.index - b.index) };
  }

  /**
   * Updates a user and returns it, or null if it does not exist.
   *
   * @throws EmailTakenError, InvalidInputError, VersionConflictError
   */
  async updateUser(id: string, data: UpdateUser, options?: UpdateOptions & WriteOptions): Promise<User | null> {
    const changes = parseInput(updateUserSchema, data);
    return this.#users.update(id, changes, options).catch(rethrowDomainError);
  }

  /** Deletes a user, and returns whether it existed. @throws VersionConflictError */
  deleteUser(id: string, options?: UpdateOptions & WriteOptions): Promise<boolean> {
    return this.#users.delete(id, options);
  }

  /** Deletes many users in batches. An unknown id counts as a success. */
  batchDeleteUsers(ids: readonly string[], options?: CallOptions): Promise<BatchDeleteResult> {
    return this.#users.batchDelete(ids, options);
  }

  /**
   * Returns the users created strictly after an ISO 8601 date or date-time (`2024-01-01` is midnight UTC), in order of
   * creation.
   *
   * @throws InvalidInputError
   */
  async getUsersCreatedAfter(after: string, options?: CallOptions): Promise<User[]> {
    return this.#users.getByCreatedAfter(timestamp(after), options);
  }

  /**
   * Returns a page of the users created strictly after a time, in order of creation.
   *
   * @throws InvalidInputError, InvalidCursorError
   */
  async listUsersCreatedAfter(after: string, list: ListOptions = {}, options?: CallOptions): Promise<Page<User>> {
    return this.#list({ gt: `CREATED#${timestamp(after)}` }, list, options);
  }

  /** Returns a page of users in order of creation. @throws InvalidCursorError */
  async listUsers(list: ListOptions = {}, options?: CallOptions): Promise<Page<User>> {
    return this.#list(undefined, list, options);
  }

  /**
   * Returns the id of the user that a subject is bound to; null if none. A subject without a binding is bound to the
   * user with the email that its issuer has verified, unless that user is bound to another subject. From then on the
   * binding alone counts, also after the user was deleted.
   */
  getUserIdOfSubject(
    subject: Subject & { verifiedEmail?: string | undefined },
    options?: CallOptions,
  ): Promise<string | null> {
    return userIdOfSubject(this.#users, subject, options);
  }

  /**
   * Forgets which subject a user is bound to, and returns whether there was one. The next subject with the user's email
   * is bound, for example after a change of the identity provider.
   */
  unbindUser(id: string, options?: CallOptions): Promise<boolean> {
    return unbindUser(this.#users, id, options);
  }

  /**
   * Counts the users. This costs as much as reading all of them, or with `atMost` as many as that: then this number is
   * the result where there are more.
   */
  countUsers({ atMost, ...options }: CountOptions = {}): Promise<number> {
    return this.#users.count({ index: 'GSI2', pk: userPartition, atMost }, options);
  }

  #list(sk: SortKeyCondition | undefined, { limit, cursor, order }: ListOptions, options?: CallOptions) {
    return this.#users.query({ index: 'GSI2', pk: userPartition, sk, limit, cursor, order }, options);
  }

  get #users(): UserModel {
    this.#model ??= new UserModel();
    return this.#model;
  }
}

/** The users that were created, and the input positions of those that were not, each with its error. */
export interface CreateUsersResult {
  success: User[];
  failed: { index: number; error: Error }[];
}

/** An instance configured by the environment. It uses neither network nor environment before its first call. */
export const userService = new UserService();

function timestamp(after: string): string {
  const time = toTimestamp(after);
  if (time === undefined)
    throw new InvalidInputError({ after: ['Not an ISO 8601 date or date-time such as 2024-01-01'] });
  return time;
}

const withConsistency = ({ signal, deadlineMs }: CallOptions = {}): ReadOptions => ({
  signal,
  deadlineMs,
  consistent: true,
});

const toDomainError = (error: Error): Error =>
  error instanceof UniqueConstraintError && error.attribute === 'email'
    ? new EmailTakenError(normaliseEmail(error.value), { cause: error })
    : error;

function rethrowDomainError(error: Error): never {
  throw toDomainError(error);
}
