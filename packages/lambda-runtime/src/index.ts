export type { Invocation, InvocationError, StreamedAnswer } from './runtime-api.js';
export { type RuntimeClient, runtimeClient, runtimeClientVersion } from './runtime-client.js';
export { type FunctionOptions, InitError, type RunningFunction, startFunction } from './start-function.js';
