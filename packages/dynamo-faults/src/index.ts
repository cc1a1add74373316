export { type FaultyHandler, type FaultyHandlerOptions, faultyHandler } from './faulty-handler.js';
export type { PartitionCost } from './partition-cost.js';
export { type PartitionLimits, PartitionUnits } from './partition-limits.js';
export { type PausedRequest, pausingHandler, type Reply } from './pausing-handler.js';
export type { RecordedRequest } from './request-log.js';
export type { Fault, FaultRule, FaultTarget } from './rules.js';
export { seededRandom } from './seeded-random.js';
export { type ThrottlingHandler, type ThrottlingHandlerOptions, throttlingHandler } from './throttling-handler.js';
