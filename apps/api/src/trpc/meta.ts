import type { Permission } from '../auth/permissions.js';
import type { Role } from '../auth/roles.js';

/** The metadata that a procedure declares. */
export interface Meta {
  /** What it does, in a sentence, for the OpenAPI document and for tools of assistants. */
  description?: string;
  /** The permission that its callers need. A procedure that declares none rejects all callers. */
  needs?: Permission;
  /** The input field that names a user, who may call without the permission. */
  orOwn?: 'id' | 'email';
  /** The input field that names a scope, such as `organisationId`. `scopedProcedure` declares it. */
  within?: string;
  /**
   * The lowest role that callers need in that scope, besides the permission.
   * @default `member` for a mutation, else `viewer`
   */
  role?: Role;
  /** Cost of a call in the rate limit. @default 1 */
  cost?: number;
  /** True for a mutation whose retry changes nothing more, so that it needs no idempotency key. */
  isIdempotent?: boolean;
}
