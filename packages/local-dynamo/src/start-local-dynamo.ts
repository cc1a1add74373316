import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineProcess, spawnEngine } from './engine-process.js';
import { claimDataDir, reclaimOrphans, recordEngine } from './engine-record.js';
import {
  EndpointError,
  type EngineDiedError,
  EngineNotReadyError,
  InvalidOptionError,
  PortTakenError,
} from './errors.js';
import { type EngineName, engineNames, type FoundEngine, findEngine } from './find-engine.js';
import { freePort, holderOf, portIsFree } from './ports.js';
import { probe } from './probe.js';

/** What `startLocalDynamo` can be told. */
export interface LocalDynamoOptions {
  /** The port on 127.0.0.1. 0: any free one. @default 0 */
  readonly port?: number;
  /** Where the files are, made if missing; they survive a restart. Absent: memory only. */
  readonly dataDir?: string;
  /** This engine and no other; wins over `AWS_ENDPOINT_URL`. Absent: the first one there is. */
  readonly engine?: EngineName;
}

/** A DynamoDB that answers. */
export interface LocalDynamo {
  /** For `AWS_ENDPOINT_URL` or the SDK's option `endpoint`. */
  readonly endpoint: string;
  /** What runs; `endpoint`: what `AWS_ENDPOINT_URL` names, started by somebody else. */
  readonly engine: EngineName | 'endpoint';
  /** Ends the engine; settles when it has ended. A second call changes nothing. */
  readonly stop: () => Promise<void>;
  /** Settles, with the engine's last words, if it ends without `stop`. Never rejects. */
  readonly died: Promise<EngineDiedError>;
}

const startTimeoutMs = 30_000;
const endpointTimeoutMs = 5_000;
const attemptsAtAFreePort = 3;

/**
 * Gives a DynamoDB for development and tests, and waits until it answers: the one that `AWS_ENDPOINT_URL` names, if that is
 * set; else dynoxide; else AWS's DynamoDB Local. The engine ends with this process.
 *
 * @throws NoEngineError, EngineMissingError, EndpointError, PortTakenError, DataDirInUseError, EngineDiedError,
 *   EngineNotReadyError, InvalidOptionError
 */
export async function startLocalDynamo(options: LocalDynamoOptions = {}): Promise<LocalDynamo> {
  const { port = 0, engine } = options;
  checkOptions(port, engine);
  const given = process.env.AWS_ENDPOINT_URL;
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
      // Somebody may have taken the free port before the engine did.
      if (attempt === attemptsAtAFreePort || !isAddressInUse(error)) throw error;
    }
  }
}

async function startAt(found: FoundEngine, port: number, dataDir: string | undefined): Promise<LocalDynamo> {
  const endpoint = `http://127.0.0.1:${port}`;
  const engine = spawnEngine(found, port, dataDir);
  const forget = engine.pid === undefined ? () => {} : recordEngine(engine.pid, endpoint, dataDir);
  void engine.ended.then(forget);
  await waitUntilItAnswers(found.name, engine, endpoint);

  let stopped: Promise<void> | undefined;
  return {
    endpoint,
    engine: found.name,
    died: new Promise((resolve) => {
      void engine.ended.then(() => {
        if (stopped === undefined) resolve(engine.obituary());
      });
    }),
    stop: () => {
      stopped ??= engine.stop();
      return stopped;
    },
  };
}

async function waitUntilItAnswers(name: EngineName, engine: EngineProcess, endpoint: string): Promise<void> {
  const began = performance.now();
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 1.2, 25)) {
    if (engine.hasEnded()) throw engine.obituary();
    const answer = await probe(endpoint, startTimeoutMs);
    if (answer === 'dynamodb' && !engine.hasEnded()) return;
    if (performance.now() - began > startTimeoutMs) {
      await engine.stop();
      throw new EngineNotReadyError(name, startTimeoutMs, engine.obituary().lastWords);
    }
    await sleep(pauseMs);
  }
}

async function useEndpoint(given: string): Promise<LocalDynamo> {
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) {
    throw new EndpointError(given, 'that is no URL (an example: http://localhost:8000)');
  }
  const answer = await probe(given, endpointTimeoutMs);
  if (answer !== 'dynamodb') throw new EndpointError(given, answer.refused);
  return { endpoint: given, engine: 'endpoint', stop: async () => {}, died: new Promise(() => {}) };
}

function checkOptions(port: number, engine: string | undefined): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidOptionError(`The port is ${port}; it may be a whole number from 0 (any free one) to 65535.`);
  }
  if (engine !== undefined && !engineNames.some((name) => name === engine)) {
    throw new InvalidOptionError(`The engine is ${engine}; it may be ${engineNames.join(' or ')}.`);
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && /address (already )?in use/i.test(error.message);
}
