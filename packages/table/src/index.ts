export { type AddIndexesOptions, addIndexes, type IndexProgress } from './add-indexes.js';
export { type CheckTableOptions, checkTable, type TableCheck } from './check-table.js';
export { cloudFormationTemplate, type TemplateOptions } from './cloudformation-template.js';
export { confirm } from './confirm.js';
export type { Difference } from './difference.js';
export { type EnabledStream, type EnableStreamOptions, enableStream } from './enable-stream.js';
export { type ExpireItemsOptions, expireItems } from './expire-items.js';
export { explainFailure, type Place, placeName } from './explain-failure.js';
export { costText, type IndexPlan, indexPlan } from './index-plan.js';
export { type MarkOptions, markTable, TableNotEmptyError } from './mark-table.js';
export type { WantedTable } from './table-differences.js';
export {
  confirmWrite,
  isLoopback,
  type Target,
  TargetNotConfirmedError,
  targetOf,
  type WriteConfirmation,
} from './target.js';
