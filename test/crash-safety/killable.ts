import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { audience } from '../../apps/api/test/running-issuer.js';
import type { EngineName } from '../../packages/local-dynamo/src/engine-name.js';
import { findEngine } from '../../packages/local-dynamo/src/find-engine.js';
import { freePort } from '../../packages/local-dynamo/src/ports.js';
import { probe } from '../../packages/local-dynamo/src/probe.js';

/** A process that is killed with -9 and started again at the same port, on the same files. */
export interface Killable {
  readonly url: string;
  /** Kills it, and settles when it answers again; the time without it in milliseconds. */
  killAndRestart(): Promise<number>;
  stop(): Promise<void>;
}

const pollMs = 5;
const startTimeoutMs = 30_000;

async function killable(url: string, start: () => ChildProcess, answers: () => Promise<boolean>): Promise<Killable> {
  let child: ChildProcess;
  const startAndWait = async () => {
    child = start();
    const until = performance.now() + startTimeoutMs;
    while (!(await answers())) {
      if (performance.now() > until) throw new Error(`${url} does not answer ${startTimeoutMs} ms after its start`);
      await sleep(pollMs);
    }
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${url} ended by itself`);
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await startAndWait();
  return {
    url,
    async killAndRestart() {
      const killedAt = performance.now();
      await kill();
      await startAndWait();
      return performance.now() - killedAt;
    },
    stop: kill,
  };
}

/** An engine with its files in a folder of its own, which goes with it. */
export async function killableEngine(name: EngineName): Promise<Killable> {
  const engine = await findEngine(name);
  const port = await freePort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crash-safety-'));
  const url = `http://127.0.0.1:${port}`;
  const started = await killable(
    url,
    () => spawn(engine.file, engine.args({ host: '127.0.0.1', port }, folder), { stdio: 'ignore', cwd: folder }),
    async () => (await probe(url, 1000)) === 'dynamodb',
  );
  return {
    ...started,
    async stop() {
      await started.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const main = fileURLToPath(new URL('../../apps/api/src/main.ts', import.meta.url));

/** The API as a process of its own, on a table of an engine. Its issuer of tokens outlives it. */
export async function killableApi(engine: string, tableName: string, issuer: string): Promise<Killable> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    ...{ PORT: String(port), AWS_ENDPOINT_URL: engine, DYNAMODB_TABLE: tableName, LOG_LEVEL: 'ERROR' },
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    RATE_LIMIT_PER_MINUTE: '0', // writers that never wait
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const command = ['--conditions=@aws-starter-kit/source', '--import', 'tsx', main];
  return killable(
    url,
    () => spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'], env }),
    async () => (await fetch(`${url}/livez`).catch(() => undefined))?.ok === true,
  );
}
