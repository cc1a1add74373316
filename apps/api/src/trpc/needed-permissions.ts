import type { AnyTRPCRouter } from '@trpc/server';
import { levels, type Permission } from '../auth/permissions.js';
import type { Meta } from './meta.js';

/** Returns all permissions of the entities of a router, for development and tests. */
export function permissionsOf(router: AnyTRPCRouter): Permission[] {
  const procedures = Object.values(router._def.procedures as Record<string, { _def: { meta?: Meta } }>);
  const entities = new Set(procedures.flatMap(({ _def }) => _def.meta?.needs?.split(':', 1) ?? []));
  return [...entities].flatMap((entity) => levels.map((level): Permission => `${entity}:${level}`));
}
