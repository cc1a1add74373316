export { type ExaminationReport, type ExamineOptions, examineTable, type RunStart } from './examine-table.js';
export { type Count, type Finding, type FindingKind, findingKinds } from './findings.js';
export { type ExaminedModel, examinedModels } from './models.js';
export { reportText } from './report.js';
export type { RunOrigin } from './run-file.js';
export type { Progress } from './scan-table.js';
