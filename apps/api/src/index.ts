// Types only: a client imports what the server is, never the server.
export type { MaxBatchSize } from './max-batch-size.js';
export type { AppRouter, RouterInputs, RouterOutputs } from './router.js';
export type { ErrorData } from './trpc.js';
