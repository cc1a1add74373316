export { type CarryOutOptions, carryOut } from './carry-out.js';
export type { Entity, EntityRequest } from './entity.js';
export { type Plan, planEntity } from './plan.js';
export { Refusal } from './refusal.js';
export { showTree } from './show-tree.js';
