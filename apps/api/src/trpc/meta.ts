import type { Permission } from '../auth/permissions.js';
import type { Role } from '../auth/roles.js';

/** What a procedure declares. */
export interface Meta {
  /** The permission that its callers need. Without it nobody may call. */
  needs?: Permission;
  /** The field of its input that names a user: that user needs no permission. */
  orOwn?: 'id' | 'email';
  /** The field of its input that names a scope, such as `organisationId`. `scopedProcedure` declares it. */
  within?: string;
  /** The lowest role in that scope that its callers need besides. @default `member` for a mutation, else `viewer` */
  role?: Role;
  /** Cost of a call in the rate limit. @default 1 */
  cost?: number;
  /** A mutation that changes nothing more when it is repeated, and so needs no idempotency key. */
  isIdempotent?: boolean;
}
