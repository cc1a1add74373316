import type { FaultRule } from '@aws-starter-kit/dynamo-faults';

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchExecuteStatement'];
/** More than the requests of one operation that a scenario sends. */
const requests = 600;

/**
 * Drops the reply to every other write request that was applied. So each write has an attempt with an unknown outcome:
 * retries find their own writes, and fence attempts that they cannot recognise.
 */
export const lostWrites: readonly FaultRule[] = writes.flatMap((operation) =>
  Array.from({ length: requests / 2 }, (_, i) => ({ fault: 'lost-reply' as const, operation, skip: 2 * i, times: 1 })),
);
