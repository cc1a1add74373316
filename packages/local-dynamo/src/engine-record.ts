import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError } from './errors.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

/**
 * Who runs on what: kept in a file for as long as the engine runs, so that the next start can tell an orphan. Each is in a
 * folder of the user's, and beside the data too: two shells may have different temporary folders, but data has one place.
 */
interface EngineRecord {
  /** Empty: it is about to start; `engine` is its starter until then. */
  readonly endpoint: string;
  readonly owner: ProcessIdentity;
  readonly engine: ProcessIdentity;
}

/** Records the engine that this process started. Returns what removes the record. */
export function recordEngine(pid: number, endpoint: string, dataDir: string | undefined): () => void {
  const owner = identify(process.pid);
  const engine = identify(pid);
  if (owner === undefined || engine === undefined) return () => {};
  const files = [path.join(registryFolder(), `${pid}.json`), ...(dataDir === undefined ? [] : [recordIn(dataDir)])];
  for (const file of files) renameSync(written(file, { endpoint, owner, engine }), file);
  return () => {
    for (const file of files) removeOwn(file, pid);
  };
}

/** Ends the engines whose starter is gone, whatever their port: a killed test run leaves them on ports that never come back. */
export async function reclaimOrphans(): Promise<void> {
  const folder = registryFolder();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files) await reclaim(path.join(folder, file));
}

/**
 * Takes a data folder for this process, and ends an orphan that still works on it. Returns what gives the folder back if
 * no engine was started there.
 *
 * @throws DataDirInUseError while an engine works on it whose starter is alive
 */
export async function claimDataDir(dataDir: string): Promise<() => void> {
  mkdirSync(dataDir, { recursive: true });
  const file = recordIn(dataDir);
  const owner = identify(process.pid);
  if (owner === undefined) return () => {};
  const claim = written(file, { endpoint: '', owner, engine: owner });
  try {
    while (!tryLink(claim, file)) {
      const inUse = await reclaim(file);
      if (inUse !== undefined) throw new DataDirInUseError(dataDir, inUse.owner.pid, inUse.endpoint);
    }
  } finally {
    rmSync(claim);
  }
  return () => removeOwn(file, owner.pid);
}

/** Returns the record if its engine has a right to go on. */
async function reclaim(file: string): Promise<EngineRecord | undefined> {
  const record = readRecord(file);
  if (record !== undefined && isRunning(record.engine)) {
    if (isRunning(record.owner)) return record;
    // Its pid, start time and command are those that we wrote down, so it is ours; and nobody is left to end it.
    if (identify(record.engine.pid)?.command === record.engine.command) await end(record.engine);
  }
  rmSync(file, { force: true });
  return undefined;
}

async function end(engine: ProcessIdentity): Promise<void> {
  try {
    process.kill(engine.pid, 'SIGKILL'); // both engines' files survive that
  } catch {
    return; // gone in between
  }
  for (let waitedMs = 0; waitedMs < 5_000 && isRunning(engine); waitedMs += 5) await sleep(5);
}

/** Writes a record beside its place, to be moved there in one step: a reader never sees half of it. */
function written(file: string, record: EngineRecord): string {
  const draft = `${file}.${process.pid}.${performance.now()}`;
  writeFileSync(draft, JSON.stringify(record));
  return draft;
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeOwn(file: string, enginePid: number): void {
  if (readRecord(file)?.engine.pid === enginePid) rmSync(file, { force: true });
}

function readRecord(file: string): EngineRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined; // not there, or not ours
  }
}

function isRecord(value: unknown): value is EngineRecord {
  const { endpoint, owner, engine } = (value ?? {}) as Partial<EngineRecord>;
  return typeof endpoint === 'string' && isIdentity(owner) && isIdentity(engine);
}

function isIdentity(value: unknown): boolean {
  const { pid, startedAt, command } = (value ?? {}) as Partial<ProcessIdentity>;
  return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof startedAt === 'string' && typeof command === 'string';
}

function recordIn(dataDir: string): string {
  return path.join(dataDir, 'engine.json');
}

/** One folder a user. */
function registryFolder(): string {
  const folder = path.join(os.tmpdir(), `local-dynamo-${process.getuid?.() ?? os.userInfo().username}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
