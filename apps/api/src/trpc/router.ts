import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Access } from '../auth/roles.js';
import { router } from './trpc.js';
import { usersRouter } from './users-router.js';

/** Every procedure of the API: one router for each entity. */
export const appRouter = router({ users: usersRouter });

/** The look-ups of roles for procedures within a scope: `{ organisations: organisationRoles }`. */
export const appAccess: Access = {};

/** The type from which a tRPC client derives its calls. */
export type AppRouter = typeof appRouter;
/** Inputs by procedure: `RouterInputs['users']['create']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;
/** Outputs by procedure: `RouterOutputs['users']['getById']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/**
 * Most calls of one HTTP request. A client shares it by its type: `const maxItems: MaxBatchSize = 20` compiles only
 * while both agree.
 */
export const maxBatchSize = 20;
export type MaxBatchSize = typeof maxBatchSize;
