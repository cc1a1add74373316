import type { CallOptions, DynamoModelOptions, ModelLogger } from '@aws-starter-kit/dynamo/model';
import { type Actor, callerOf } from '../auth/jwt-authentication.js';
import type { Permission } from '../auth/permissions.js';
import { type RoleCache, roleCache } from '../auth/role-cache.js';
import { type Access, accessNameOf, type FindRoles, includesRole, type Role } from '../auth/roles.js';
import { ClientError } from '../errors/client-error.js';
import type { Meta } from './meta.js';

/** The scope of a call, such as an organisation, and the caller's role in it. */
export interface CallScope {
  /** The field of the input that names it. */
  readonly field: string;
  readonly id: string;
  readonly role: Role;
}

/** The look-up of roles and its cache, by key of `Access`. */
export type RoleSources = ReadonlyMap<string, { readonly find: FindRoles; readonly cache: RoleCache }>;

export const roleSources = (access: Access = {}, maxAgeMs?: number): RoleSources =>
  new Map(Object.entries(access).map(([name, find]) => [name, { find, cache: roleCache(maxAgeMs) }]));

/** The parts of a request that its look-up of roles uses. */
interface RoleLookup {
  readonly sources: RoleSources;
  readonly actor: Actor;
  readonly signal: AbortSignal;
  readonly logger: ModelLogger;
  /** The options of models, but for the logger. */
  readonly table: DynamoModelOptions | undefined;
  /** Acquires a concurrency slot. */
  readonly withinLimit: <T>(read: () => Promise<T>) => Promise<T>;
  readonly options: (signal: AbortSignal) => CallOptions;
}

/**
 * The roles of a request's caller. They are one object in the context, since a mutation copies each property of the
 * context.
 */
export class CallerRoles {
  readonly #lookup: RoleLookup;
  #reads: Map<string, Promise<Role | undefined>> | undefined;

  constructor(lookup: RoleLookup) {
    this.#lookup = lookup;
  }

  /** The options of the models of scoped services, except the logger. */
  get table(): DynamoModelOptions | undefined {
    return this.#lookup.table;
  }

  /**
   * Returns the role of the caller in the scope that a field names. It is read once a request at most. A read counts for
   * the limit: a call looks up roles before it has a slot, since a call that waits in its slot for another one may wait
   * forever.
   */
  async roleIn(field: string, id: string, needed: Role): Promise<Role | undefined> {
    const { sources, actor, signal, withinLimit } = this.#lookup;
    const name = accessNameOf(field) ?? field;
    const source = sources.get(name);
    if (!source) throw new TypeError(`buildApp got no access.${name}, which finds the roles of a caller`);
    const place = { caller: callerOf(actor), id };
    const known = source.cache.get(place);
    if (includesRole(known, needed)) return known;
    // a cached role counts only if it suffices, so that a new role takes effect at once
    this.#reads ??= new Map();
    const key = `${name} ${id}`; // a read is for one scope, which the index may not have yet
    let read = this.#reads.get(key);
    if (!read) {
      read = source.cache.read(place, {
        signal,
        admit: withinLimit,
        find: (signal) => this.#find(source, id, signal),
      });
      this.#reads.set(key, read);
    }
    return read;
  }

  /**
   * Drops the cached roles of a caller, by `iss` and `sub`, after a call has changed them. Other processes see the
   * change when their cached roles expire.
   */
  forget(issuer: string, subject: string): void {
    for (const { cache } of this.#lookup.sources.values()) cache.forget(`${issuer} ${subject}`);
  }

  #find({ find }: { find: FindRoles }, id: string, signal: AbortSignal) {
    const { actor, table, logger, options } = this.#lookup;
    return find(actor, { ...options(signal), table: { ...table, logger }, id });
  }
}

/** The metadata of a scoped procedure. */
type ScopedMeta = Meta & { readonly within: string };

export const isScoped = (meta: Meta | undefined): meta is ScopedMeta => meta?.within !== undefined;

/** A call before it is authorized. */
interface Call {
  readonly ctx: { readonly actor: Actor; readonly roles: CallerRoles };
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly meta: ScopedMeta;
  readonly getRawInput: () => Promise<unknown>;
}

/**
 * Returns the scope that a call names, if the token has the permission and the caller has the needed role.
 * @throws ClientError FORBIDDEN, or BAD_REQUEST if the input names no scope
 */
export async function scopeOf({ ctx, type, meta, getRawInput }: Call): Promise<CallScope> {
  const { needs, within: field } = meta;
  if (needs === undefined || !ctx.actor.permissions.has(needs)) throw missingPermission(needs);
  const { [field]: id }: { [name: string]: unknown } = Object(await getRawInput());
  if (typeof id !== 'string' || id === '') {
    const fieldErrors = { [field]: ['This is required: the id of the scope in which the call applies, as text'] };
    throw new ClientError({ code: 'BAD_REQUEST', message: 'The input is not valid', fieldErrors });
  }
  const needed = roleNeeded(meta, type);
  const role = await ctx.roles.roleIn(field, id, needed);
  const noun = field.replace(/Id$/, '');
  if (role === undefined) {
    const message = `There is no such ${noun}, or you are not a member of it`; // a stranger must not learn whether it exists
    throw new ClientError({ code: 'FORBIDDEN', message, reason: 'NOT_A_MEMBER' });
  }
  if (!includesRole(role, needed)) {
    const message = `This needs the role ${needed} in the ${noun}: yours is ${role}`;
    throw new ClientError({ code: 'FORBIDDEN', message, reason: 'ROLE_TOO_LOW' });
  }
  return { field, id, role };
}

/** Returns the lowest role that a scoped procedure accepts. */
export const roleNeeded = ({ role }: Meta, type: string): Role => role ?? (type === 'mutation' ? 'member' : 'viewer');

/** Returns the error for a missing permission. A procedure that declares no permission rejects all callers. */
export function missingPermission(needs: Permission | undefined): ClientError {
  const message = needs ? `This needs the permission ${needs}` : 'This is open to nobody';
  return new ClientError({ code: 'FORBIDDEN', message, reason: 'MISSING_PERMISSION' });
}

/**
 * Returns whether a token with more permissions would be accepted. A missing role is no such error: roles are not in
 * the token.
 */
export const isMissingPermission = (error: unknown): boolean =>
  error instanceof ClientError && error.details.reason === 'MISSING_PERMISSION';
