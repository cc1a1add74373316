// The client imports nothing else of the API, and this is types only: `pnpm build` replaces this file with
// self-contained types.
export type { AppRouter, ErrorData, MaxBatchSize, RouterInputs, RouterOutputs } from '@aws-starter-kit/api';
