import {
  type CallOptions,
  EntityNotFoundError,
  TransactionPartError,
  transact,
  UniqueConstraintError,
  VersionConflictError,
} from '@aws-starter-kit/dynamo/model';
import { remainingOptions } from './remaining-options.js';
import { comparableEmail, type User } from './user.js';
import type { UserModel } from './user-model.js';
import { type Subject, subjectId } from './user-subject-model.js';

/** How often a binding is attempted anew after another call came between, with one of these errors. */
const maxRounds = 5;
const overtakings = [UniqueConstraintError, VersionConflictError, EntityNotFoundError];

/** Returns the id of the user that a subject is bound to, or can be bound to by its verified email; null if none. */
export async function userIdOfSubject(
  users: UserModel,
  { verifiedEmail, ...subject }: Subject & { verifiedEmail?: string | undefined },
  options?: CallOptions,
): Promise<string | null> {
  const rest = remainingOptions(options);
  const isComparable = verifiedEmail !== undefined && comparableEmail(verifiedEmail) !== undefined;
  for (let round = 1; ; round++) {
    const binding = await users.subjects.getById(subjectId(subject), { ...rest(), consistent: true });
    if (binding || !isComparable) return binding?.userId ?? null;
    const user = await users.getByUnique('email', verifiedEmail, rest());
    if (!user) return null;
    try {
      await bind(users, subject, user, rest());
      return user.id;
    } catch (error) {
      const cause = error instanceof TransactionPartError ? error.cause : error;
      if (cause instanceof UniqueConstraintError && cause.attribute === 'userId') return null;
      if (!overtakings.some((kind) => cause instanceof kind) || round === maxRounds) throw error;
    }
  }
}

/** Binds a subject to a user, if that is still as it was read: its email may have gone to somebody else. */
async function bind(users: UserModel, subject: Subject, { id, version }: User, options: CallOptions): Promise<void> {
  const isUnchanged = users.updating(id, {}, { expectedVersion: version });
  await transact([users.subjects.creating({ ...subject, userId: id }), isUnchanged], options);
}

/** Deletes the binding of a user. @returns whether there was one */
export async function unbindUser(users: UserModel, id: string, options?: CallOptions): Promise<boolean> {
  const rest = remainingOptions(options);
  const userId = id.startsWith('USER#') ? id.slice('USER#'.length) : id;
  const binding = await users.subjects.getByUnique('userId', userId, rest());
  return binding !== null && users.subjects.delete(binding.id, rest());
}
