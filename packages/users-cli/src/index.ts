export { type ExportOptions, type ExportReport, exportUsers } from './export-users.js';
export { FileProblem } from './file-problem.js';
export { type ImportOptions, type ImportReport, importUsers } from './import-users.js';
