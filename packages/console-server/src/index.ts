export { type BuiltFiles, builtFiles, MissingFilesError } from './built-files.js';
export { type ConsoleDependencies, consolePlugin } from './console-plugin.js';
export type { ConsoleDescription, ConsoleLocalToken, ConsoleSettings } from './description.js';
export { type MetricsRing, metricsRing } from './metrics-ring.js';
export { type Operations, operationsPermissions } from './operations.js';
export type { Reject, Rejection } from './rejection.js';
