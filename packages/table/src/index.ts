export { cloudFormationTemplate } from './cloudformation-template.js';
export { type ExpireItemsOptions, expireItems } from './expire-items.js';
export { explainFailure, type Place, placeName } from './explain-failure.js';
export { type MarkOptions, markTable, TableNotEmptyError } from './mark-table.js';
