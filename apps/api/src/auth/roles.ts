import type { CallOptions, DynamoModelOptions } from '@aws-starter-kit/dynamo/model';
import type { Actor } from './jwt-authentication.js';

/** The roles of a caller in a scope, such as an organisation. Each includes the roles before it. */
export const roles = ['viewer', 'member', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Returns whether a role includes the needed one. */
export const includesRole = (role: Role | undefined, needed: Role): boolean =>
  role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);

/** The options of a look-up of roles. */
export interface FindRolesOptions extends CallOptions {
  /** The options of models, with the logger of the request: `new MemberModel(table)`. */
  readonly table: DynamoModelOptions;
  /** The scope that the call names. Only the role there is used: read it with strong consistency, since an index lags. */
  readonly id: string;
}

/** Finds the role of a caller in a scope, by its id without prefix: `{ acme: 'admin' }`. Other scopes do not count. */
export type FindRoles = (actor: Actor, options: FindRolesOptions) => Promise<Readonly<Record<string, Role>>>;

/**
 * Look-ups of roles. The key is the name of the scope's field with `s` in place of `Id`: `organisations` for
 * `organisationId`.
 */
export type Access = Readonly<Record<string, FindRoles>>;

/** Returns the key in `Access` for an input field; undefined if the field cannot name a scope. */
export const accessNameOf = (field: string): string | undefined => /^(\w+)Id$/.exec(field)?.[1]?.concat('s');
