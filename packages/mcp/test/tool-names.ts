import type { AnyTRPCRouter } from '@trpc/server';

/** Returns the names of the tools of a router, for its procedures of these types. */
export const toolNames = (router: AnyTRPCRouter, types: readonly string[]): string[] =>
  Object.entries(router._def.procedures).flatMap(([path, procedure]) =>
    types.includes(Object(procedure)._def.type) ? path.replaceAll('.', '_') : [],
  );
