import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { router } from './trpc.js';
import { usersRouter } from './users-router.js';

/** Every procedure of the API: one router for each entity. */
export const appRouter = router({ users: usersRouter });

/** The type that gives a tRPC client its calls. */
export type AppRouter = typeof appRouter;
/** What each procedure takes: `RouterInputs['users']['create']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;
/** What each procedure gives: `RouterOutputs['users']['getById']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;
