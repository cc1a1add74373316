export { type ApplyOptions, applyPlan } from './apply-plan.js';
export type { Entity, EntityRequest } from './entity.js';
export { formatTree } from './format-tree.js';
export { type Plan, planEntity } from './plan.js';
export { UsageError } from './usage-error.js';
