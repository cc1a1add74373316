export { type CostInput, type CostReport, type CostRow, estimateCost } from './estimate-cost.js';
export { type LoadOptions, type LoadReport, runLoad } from './run-load.js';
