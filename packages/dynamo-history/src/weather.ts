import type { FaultRule } from '@aws-starter-kit/dynamo-faults';

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchExecuteStatement'];

/**
 * All faults, at the rates of a bad day. `severity` multiplies the rates: past about 1.5 the retry budget of a process runs dry, so that calls fail
 * and outcomes are unknown. `lateness` multiplies the rates of late deliveries besides.
 */
export function badWeather(severity = 1, lateness = 1): FaultRule[] {
  const rate = (share: number) => Math.min(1, share * severity);
  return [
    { fault: 'latency', ms: [1, 15], rate: 0.1 },
    { fault: 'stale-index', rate: 0.3 },
    { fault: 'unprocessed', rate: rate(0.3) },
    // some arrive while the call is still running, most after others have written
    { fault: 'late', operation: writes, ms: [0, 60], rate: rate(0.01 * lateness) },
    { fault: 'late', operation: writes, ms: [60, 2_000], rate: rate(0.01 * lateness) },
    { fault: 'lost-reply', rate: rate(0.02) },
    { fault: 'server-error-after-commit', rate: rate(0.01) },
    { fault: 'throttle', rate: rate(0.01) },
    { fault: 'transaction-throttle', rate: rate(0.01) },
    { fault: 'transaction-conflict', rate: rate(0.02) },
    { fault: 'transaction-in-progress', rate: rate(0.005) },
    { fault: 'server-error', rate: rate(0.005) },
    { fault: 'reset', rate: rate(0.005) },
    { fault: 'refused', rate: rate(0.005) },
    { fault: 'hang', rate: rate(0.0004) },
  ];
}
