import type { CallOptions } from '@aws-starter-kit/dynamo/model';
import { comparableEmail, normaliseEmail, type User, type UserService } from '@aws-starter-kit/users';
import type { Actor } from '../auth/jwt-authentication.js';

/**
 * Finds the user that a caller is; null if none. The token claims are verified. `options` hold the time that the call
 * still has.
 */
export type SubjectToUserId = (
  claims: Actor['claims'],
  users: UserService,
  options: CallOptions,
) => Promise<string | null>;

/**
 * Finds the user that is bound to `iss` and `sub` of the caller's token. A subject without a binding is bound to the
 * user with its verified email.
 */
export const userOfSubject: SubjectToUserId = async (claims, users, options) => {
  const { iss: issuer, sub: subject } = claims;
  if (typeof issuer !== 'string' || typeof subject !== 'string') return null;
  return users.getUserIdOfSubject({ issuer, subject, verifiedEmail: verifiedEmailOf(claims) }, options);
};

/** What the context of a call knows about users. */
interface UserLookup {
  readonly actor: Actor;
  /** Returns the id of the user that the caller is; null if none. */
  ownUserId(): Promise<string | null>;
  userById(id: string): Promise<User | null>;
}

/**
 * Returns the id of the user that the caller is, if an input, as it was sent, names that user and changes nothing that
 * the user may not change: an email only becomes the one that the caller's token says is verified. Else null.
 */
export async function ownUserNamedBy(input: unknown, field: 'id' | 'email', users: UserLookup): Promise<string | null> {
  const { [field]: named, data }: { [name: string]: unknown } = Object(input);
  const email: unknown = Object(data).email;
  if (typeof named !== 'string') return null;
  if (email !== undefined && !isVerifiedEmail(users.actor, email)) return null;
  const own = await users.ownUserId();
  if (own === null) return null;
  if (field === 'id') return named === own || named === `USER#${own}` ? own : null;
  const wanted = comparableEmail(normaliseEmail(named));
  const isOwn = wanted !== undefined && wanted === comparableEmail((await users.userById(own))?.email ?? '');
  return isOwn ? own : null;
}

function isVerifiedEmail({ claims }: Actor, email: unknown): boolean {
  const verified = comparableEmail(verifiedEmailOf(claims) ?? '');
  return typeof email === 'string' && verified !== undefined && comparableEmail(normaliseEmail(email)) === verified;
}

/** Returns the caller's email if the identity provider has verified it. */
export const verifiedEmailOf = ({ email, email_verified }: Actor['claims']): string | undefined =>
  email_verified === true && typeof email === 'string' ? email : undefined;
