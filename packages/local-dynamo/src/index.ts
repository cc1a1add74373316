export type { EngineName } from './engine-name.js';
export {
  DataDirInUseError,
  EndpointError,
  EngineDiedError,
  EngineMissingError,
  EngineNotReadyError,
  InvalidOptionError,
  NoEngineError,
  PortTakenError,
} from './errors.js';
export { loadEnvFile } from './load-env-file.js';
export { freePort, holderOf, portIsFree } from './ports.js';
export { type RunOptions, runWithEngine } from './run-with-engine.js';
export { type LocalDynamo, type LocalDynamoOptions, startLocalDynamo } from './start-local-dynamo.js';
