import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineName, engineNames } from './engine-name.js';
import { type EngineProcess, spawnEngine } from './engine-process.js';
import { claimDataDir, reclaimOrphans, recordEngine } from './engine-record.js';
import {
  EndpointError,
  type EngineDiedError,
  EngineNotReadyError,
  InvalidOptionError,
  PortTakenError,
} from './errors.js';
import { type FoundEngine, findEngine } from './find-engine.js';
import { hiddenHost, startGuard } from './guard.js';
import { freePort, holderOf, portIsFree } from './ports.js';
import { probe } from './probe.js';

/** The options of `startLocalDynamo`. */
export interface LocalDynamoOptions {
  /** The port on 127.0.0.1. 0 means any free port. @default 0 */
  readonly port?: number;
  /** The data folder, created if missing. Its files survive a restart. @default none: in memory */
  readonly dataDir?: string;
  /** The engine to start, even if `AWS_ENDPOINT_URL` is set. @default the first that is installed */
  readonly engine?: EngineName;
}

/** A running DynamoDB. */
export interface LocalDynamo {
  /** The value for `AWS_ENDPOINT_URL`, or for the option `endpoint` of the SDK. */
  readonly endpoint: string;
  /** The engine that was started; `endpoint` if `AWS_ENDPOINT_URL` named one that was running. */
  readonly engine: EngineName | 'endpoint';
  /** Stops the engine, and resolves when it has exited. A second call has no effect. */
  readonly stop: () => Promise<void>;
  /** Resolves if the engine exits without `stop`. Never rejects. */
  readonly died: Promise<EngineDiedError>;
}

const startTimeoutMs = 30_000;
const endpointTimeoutMs = 5_000;
const maxPortAttempts = 3;

/**
 * Starts a DynamoDB for development and tests, and waits until it answers. If `AWS_ENDPOINT_URL` is set, it uses that
 * endpoint; otherwise it starts dynoxide or else DynamoDB Local. The engine exits with this process.
 *
 * @throws NoEngineError, EngineMissingError, EndpointError, PortTakenError, DataDirInUseError, EngineDiedError,
 *   EngineNotReadyError, InvalidOptionError
 */
export async function startLocalDynamo(options: LocalDynamoOptions = {}): Promise<LocalDynamo> {
  const { port = 0, engine } = options;
  checkOptions(port, engine);
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB || process.env.AWS_ENDPOINT_URL;
  if (engine === undefined && given) return useEndpoint(given);

  const found = await findEngine(engine);
  await reclaimOrphans();
  const dataDir = options.dataDir === undefined ? undefined : path.resolve(options.dataDir);
  const release = dataDir === undefined ? () => {} : await claimDataDir(dataDir);
  try {
    return port === 0 ? await startAtFreePort(found, dataDir) : await startAtPort(found, port, dataDir);
  } catch (error) {
    release();
    throw error;
  }
}

async function startAtPort(found: FoundEngine, port: number, dataDir: string | undefined): Promise<LocalDynamo> {
  if (!(await portIsFree(port))) throw new PortTakenError(port, holderOf(port));
  return startAt(found, port, dataDir);
}

async function startAtFreePort(found: FoundEngine, dataDir: string | undefined): Promise<LocalDynamo> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startAt(found, await freePort(), dataDir);
    } catch (error) {
      // another process may have taken a port in the meantime
      const isTaken = error instanceof PortTakenError || isAddressInUse(error);
      if (attempt === maxPortAttempts || !isTaken) throw error;
    }
  }
}

async function startAt(found: FoundEngine, port: number, dataDir: string | undefined): Promise<LocalDynamo> {
  const endpoint = `http://127.0.0.1:${port}`;
  const host = found.name === 'dynoxide' ? hiddenHost() : '127.0.0.1';
  const address = { host, port: await freePort(host) };
  const engine = spawnEngine(found, address, dataDir);
  const guard = startGuard(); // loads while the engine starts
  const forget = engine.pid === undefined ? () => {} : recordEngine(engine.pid, endpoint, dataDir);
  void engine.ended.then(() => {
    forget();
    void guard.close(); // connections are refused, as by the engine
  });
  await waitUntilReady(found.name, engine, `http://${host}:${address.port}`);
  if (!(await guard.listen(port, address))) {
    await engine.stop();
    throw new PortTakenError(port, holderOf(port));
  }

  let stopped: Promise<void> | undefined;
  return {
    endpoint,
    engine: found.name,
    died: new Promise((resolve) => {
      void engine.ended.then(() => {
        if (stopped === undefined) resolve(engine.exitError());
      });
    }),
    stop: () => {
      stopped ??= engine.stop().then(async () => void (await guard.close()));
      return stopped;
    },
  };
}

async function waitUntilReady(name: EngineName, engine: EngineProcess, endpoint: string): Promise<void> {
  const began = performance.now();
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 1.2, 25)) {
    if (engine.hasEnded()) throw engine.exitError();
    const answer = await probe(endpoint, startTimeoutMs);
    if (answer === 'dynamodb' && !engine.hasEnded()) return;
    if (performance.now() - began > startTimeoutMs) {
      await engine.stop();
      throw new EngineNotReadyError(name, startTimeoutMs, engine.exitError().lastOutput);
    }
    await sleep(pauseMs);
  }
}

async function useEndpoint(given: string): Promise<LocalDynamo> {
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) {
    throw new EndpointError(given, 'that is not a URL such as http://localhost:8000');
  }
  const answer = await probe(given, endpointTimeoutMs);
  if (answer !== 'dynamodb') throw new EndpointError(given, answer.problem);
  return { endpoint: given, engine: 'endpoint', stop: async () => {}, died: new Promise(() => {}) };
}

function checkOptions(port: number, engine: string | undefined): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidOptionError(`The port is ${port}; it must be a whole number from 0 (any free port) to 65535.`);
  }
  if (engine !== undefined && !engineNames.some((name) => name === engine)) {
    throw new InvalidOptionError(`The engine is ${engine}; it must be ${engineNames.join(' or ')}.`);
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && /address (already )?in use/i.test(error.message);
}
