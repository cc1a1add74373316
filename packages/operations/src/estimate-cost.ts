import { OperationsError } from './operations-error.js';
import type { Prices, Units } from './units.js';

export interface CostInput {
  /** Calls a month by procedure. */
  readonly calls: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, Units>>;
  readonly prices: Prices;
  /** GB of items and indexes. */
  readonly storedGB: number;
  /** True for Lambda behind an HTTP API; false leaves out what runs the API. */
  readonly isLambda: boolean;
  /** Memory of the function in MB, and the time of a call in it. */
  readonly memoryMB: number;
  readonly durationMs: number;
  /** Bytes that a call writes to the log. */
  readonly logBytes: number;
}

export interface CostRow {
  readonly name: string;
  readonly calls?: number;
  readonly readUnits?: number;
  readonly writeUnits?: number;
  readonly cost: number;
}

export interface CostReport {
  readonly procedures: readonly CostRow[];
  readonly others: readonly CostRow[];
  readonly total: number;
}

const million = 1_000_000;
const gigabyte = 1024 ** 3;

/**
 * Estimates the cost of a month, without free tiers, taxes and data transfer. @throws OperationsError for an unknown
 * procedure
 */
export function estimateCost(input: CostInput): CostReport {
  const { prices, units } = input;
  const procedures = Object.entries(input.calls).map(([name, calls]): CostRow => {
    const each = units[name];
    if (!each) throw new OperationsError(`${name} has no measured units; known are ${Object.keys(units).join(', ')}`);
    const [readUnits, writeUnits] = [calls * each.read, calls * each.write];
    const cost = (readUnits * prices.perMillionReadUnits + writeUnits * prices.perMillionWriteUnits) / million;
    return { name, calls, readUnits, writeUnits, cost };
  });
  const calls = procedures.reduce((sum, row) => sum + (row.calls ?? 0), 0);
  const gbSeconds = (calls * input.memoryMB * input.durationMs) / (1024 * 1000);
  const ofLambda: CostRow[] = [
    { name: 'Lambda: requests', cost: (calls * prices.perMillionFunctionRequests) / million },
    { name: 'Lambda: time', cost: (gbSeconds * prices.perMillionFunctionGBSeconds) / million },
    { name: 'HTTP API', cost: (calls * prices.perMillionGatewayRequests) / million },
  ];
  const others: CostRow[] = [
    { name: 'storage', cost: input.storedGB * prices.perGBMonth },
    { name: 'point-in-time recovery', cost: input.storedGB * prices.perGBMonthOfRecovery },
    ...(input.isLambda ? ofLambda : []),
    { name: 'log', cost: ((calls * input.logBytes) / gigabyte) * prices.perGBOfLog },
  ];
  return { procedures, others, total: [...procedures, ...others].reduce((sum, { cost }) => sum + cost, 0) };
}
