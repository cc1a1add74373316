import type { FaultRule } from '@aws-starter-kit/dynamo-faults';

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchExecuteStatement'];
/** More than the requests of one operation that a scenario sends. */
const requests = 600;

/**
 * Every other request for a write takes effect without an answer. So each write has an attempt that may have been applied:
 * retries meet their own writes, and what they cannot recognise has to be fenced.
 */
export const lostWrites: readonly FaultRule[] = writes.flatMap((operation) =>
  Array.from({ length: requests / 2 }, (_, i) => ({ fault: 'lost-reply' as const, operation, skip: 2 * i, times: 1 })),
);
