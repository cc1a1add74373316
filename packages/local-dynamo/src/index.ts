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
export type { EngineName } from './find-engine.js';
export { type LocalDynamo, type LocalDynamoOptions, startLocalDynamo } from './start-local-dynamo.js';
