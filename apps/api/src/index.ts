// Types only: a client imports the type of the server, never the server.
export type { AppRouter, MaxBatchSize, RouterInputs, RouterOutputs } from './trpc/router.js';
export type { ErrorData } from './trpc/trpc.js';
