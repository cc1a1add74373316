import { normaliseEmail, type UserService } from '@aws-starter-kit/users';
import type { Context } from './context.js';
import type { Actor } from './jwt-authentication.js';

/** Finds the user that a caller is; null if none. What it is given was verified. */
export type SubjectToUserId = (claims: Actor['claims'], users: UserService) => Promise<string | null>;

/** The user whose address the issuer says is the caller's. By the claim on the address: an index that lags could name who had it before. */
export const userOfVerifiedEmail: SubjectToUserId = async ({ email, email_verified }, users) => {
  if (typeof email !== 'string' || email_verified !== true) return null;
  return (await users.getUserByEmail(email, { consistent: true }))?.id ?? null;
};

/** Whether an input, as it was sent, names the user that its caller is. */
export async function namesOwnUser(ctx: Context, field: 'id' | 'email', input: unknown): Promise<boolean> {
  const named: unknown = Object(input)[field];
  const own = typeof named === 'string' ? await ctx.ownUserId() : null;
  if (typeof named !== 'string' || own === null) return false;
  if (field === 'id') return named === own || named === `USER#${own}`;
  return normaliseEmail(named) === normaliseEmail((await ctx.userById(own))?.email ?? '');
}
