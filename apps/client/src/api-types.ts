// All that the client knows of the API, and types only: `pnpm build` replaces this by types that stand alone.
export type { AppRouter, ErrorData, MaxBatchSize, RouterInputs, RouterOutputs } from '@aws-starter-kit/api';
