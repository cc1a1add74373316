export { checkHistory } from './check/check-history.js';
export { type Promised, promises, storyOf, type Violation } from './check/violation.js';
export type { Entry, History, Item, NotDone, Outcome, Seen, State } from './history.js';
export { type PlantedBug, plantedBugs } from './planted-bugs.js';
export { type Run, type RunOptions, runHistory } from './run-history.js';
export { type Summary, summarise } from './summary.js';
