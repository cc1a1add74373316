export { checkHistory, recreatedNotes } from './check/check-history.js';
export { callsAround, type Guarantee, guarantees, type Violation } from './check/violation.js';
export { startFaultProxy } from './fault-proxy.js';
export type { Entry, Failure, History, Item, Outcome, Seen, State } from './history.js';
export { type MovePlan, movePlans } from './move/deployments.js';
export { type MoveOptions, runMove } from './move/run-move.js';
export { type PlantedBug, plantedBugs } from './planted-bugs.js';
export { type Run, type RunOptions, runHistory } from './run-history.js';
export { type Summary, summarise } from './summary.js';
