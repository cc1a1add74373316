import type { DynamoModelOptions } from '@aws-starter-kit/dynamo/model';
import type { AnyTRPCRouter } from '@trpc/server';
import * as z from 'zod';
import { type Access, accessNameOf, type Role } from '../auth/roles.js';
import type { Meta } from './meta.js';
import { procedure } from './trpc.js';

/** The scope of procedures, and the services that they get. */
export interface ScopedProcedureOptions<K extends `${string}Id`, S extends object> {
  /** The input field that names the scope, such as `organisationId`. Each procedure has to have it in its input. */
  readonly within: K;
  /** Returns the services of one scope: `(table, scope) => ({ issues: new IssueModel(table).within(scope) })`. */
  readonly services: (table: DynamoModelOptions, scope: Readonly<Record<K, string>>) => S;
}

/** The scope field by middleware, to recognise procedures that `scopedProcedure` built. */
const fieldOf = new WeakMap<object, string>();

/**
 * Returns the base of procedures that apply within one scope, such as an organisation:
 *
 * ```ts
 * const inOrganisation = scopedProcedure({ within: 'organisationId', services: makeOrganisationServices });
 * ```
 *
 * A call needs the permission of its procedure, and a role in the scope that its input names. `ctx.services` has the
 * services of that scope and no others. `ctx.scope` names it, and `ctx.role` is the caller's role there.
 */
export function scopedProcedure<K extends `${string}Id`, S extends object>({
  within,
  services,
}: ScopedProcedureOptions<K, S>) {
  const scoped = procedure.meta({ within }).use(({ ctx, next }) => {
    const { callScope, logger, roles } = ctx;
    if (callScope?.field !== within) throw new TypeError(`The call was not authorized within ${within}`);
    const scope = { [within]: callScope.id } as Readonly<Record<K, string>>;
    const role: Role = callScope.role;
    return next({ ctx: { services: services({ ...roles.table, logger }, scope), scope, role } });
  });
  const middleware = scoped._def.middlewares.at(-1);
  if (middleware) fieldOf.set(middleware, within);
  return scoped;
}

interface Declared {
  readonly meta?: Meta;
  readonly inputs: readonly unknown[];
  readonly middlewares: readonly object[];
}

/**
 * Checks what the procedures of a router declare about scopes, so that a mistake shows when the app is built.
 * @throws TypeError that names the procedure, the mistake and its fix
 */
export function checkScopes(router: AnyTRPCRouter, access: Access = {}): void {
  for (const [path, { _def }] of Object.entries(router._def.procedures as Record<string, { _def: Declared }>)) {
    const problem = scopeProblem(_def, access);
    if (problem !== undefined) throw new TypeError(`The procedure ${path} ${problem}`);
  }
}

function scopeProblem({ meta = {}, inputs, middlewares }: Declared, access: Access): string | undefined {
  const { within, role, orOwn } = meta;
  const scopedBy = middlewares.map((middleware) => fieldOf.get(middleware)).find((field) => field !== undefined);
  if (within === undefined)
    return role && `declares a role but no scope: build it with scopedProcedure, or leave role out`;
  if (scopedBy !== within)
    return `declares within: '${within}', but was not built with scopedProcedure({ within: '${within}', … })`;
  if (orOwn !== undefined) return 'declares both within and orOwn: leave orOwn out';
  const name = accessNameOf(within);
  if (name === undefined)
    return `is within ${within}: rename the field, since a scope field ends with Id, such as organisationId`;
  if (!Object.hasOwn(access, name))
    return `is within ${within}, but the app has no look-up of roles for it: pass buildApp access: { ${name}: (actor) => … }`;
  if (!inputs.some((input) => hasText(input, within)))
    return `is within ${within}, but its input has no required string ${within}: add ${within}: schemas.id`;
  return undefined;
}

/** Returns whether a schema requires a string field of this name. */
function hasText(schema: unknown, field: string): boolean {
  if (!(schema instanceof z.ZodType)) return false;
  const { properties, required } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const property = properties?.[field];
  return typeof property === 'object' && property.type === 'string' && required?.includes(field) === true;
}
