import { handleChanges } from './handle-changes.js';
import { readWorkerEnv } from './worker-env.js';

/** The handler of an event source mapping for the table's stream, with `ReportBatchItemFailures`. */
export const handler = handleChanges(readWorkerEnv(process.env));
