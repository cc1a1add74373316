export { type BuiltFiles, builtFiles, MissingFilesError } from './built-files.js';
export { type ConsoleDependencies, consolePlugin, type Rejection } from './console-plugin.js';
export type { ConsoleDescription, ConsoleLocalToken, ConsoleSettings } from './description.js';
export { issuerOrigins } from './security-policy.js';
