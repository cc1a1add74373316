import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError } from './errors.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

/**
 * A file that exists while an engine runs, so that the next start can detect an orphan. It is in a folder of the user,
 * and in the data folder too, because two shells may have different temporary folders.
 */
interface EngineRecord {
  /** Empty while the engine starts; `engine` is the starting process until then. */
  readonly endpoint: string;
  readonly owner: ProcessIdentity;
  readonly engine: ProcessIdentity;
}

/** Records the engine that this process started. Returns a function that removes the record. */
export function recordEngine(pid: number, endpoint: string, dataDir: string | undefined): () => void {
  const owner = identify(process.pid);
  const engine = identify(pid);
  if (owner === undefined || engine === undefined) return () => {};
  const files = [path.join(registryFolder(), `${pid}.json`), ...(dataDir === undefined ? [] : [recordIn(dataDir)])];
  for (const file of files) renameSync(writeDraft(file, { endpoint, owner, engine }), file);
  return () => {
    for (const file of files) removeOwn(file, pid);
  };
}

/** Kills engines whose starting process is gone, on any port: a killed test run leaves them behind. */
export async function reclaimOrphans(): Promise<void> {
  const folder = registryFolder();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files) await reclaim(path.join(folder, file));
}

/**
 * Reserves a data folder for this process, and kills an orphan that still uses it. Returns a function that releases the
 * folder if no engine was started in it.
 *
 * @throws DataDirInUseError if a running process started an engine in it
 */
export async function claimDataDir(dataDir: string): Promise<() => void> {
  mkdirSync(dataDir, { recursive: true });
  const file = recordIn(dataDir);
  const owner = identify(process.pid);
  if (owner === undefined) return () => {};
  const draft = writeDraft(file, { endpoint: '', owner, engine: owner });
  try {
    while (!tryLink(draft, file)) {
      const inUse = await reclaim(file);
      if (inUse !== undefined) throw new DataDirInUseError(dataDir, inUse.owner.pid, inUse.endpoint);
    }
  } finally {
    rmSync(draft);
  }
  return () => removeOwn(file, owner.pid);
}

/** Returns the record if its engine and its starting process run. Otherwise kills the engine and removes the record. */
async function reclaim(file: string): Promise<EngineRecord | undefined> {
  const record = readRecord(file);
  if (record !== undefined && isRunning(record.engine)) {
    if (isRunning(record.owner)) return record;
    // pid, start time and command match the record, so the process is ours, and no other process will stop it
    if (identify(record.engine.pid)?.command === record.engine.command) await kill(record.engine);
  }
  rmSync(file, { force: true });
  return undefined;
}

async function kill(engine: ProcessIdentity): Promise<void> {
  try {
    process.kill(engine.pid, 'SIGKILL'); // the files of both engines survive it
  } catch {
    return; // it exited in the meantime
  }
  for (let waitedMs = 0; waitedMs < 5_000 && isRunning(engine); waitedMs += 5) await sleep(5);
}

/** Writes a record to a draft file, which is then moved into place in one step, so that no reader sees a part of it. */
function writeDraft(file: string, record: EngineRecord): string {
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
    return undefined; // missing, or not a record
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

/** The folder of this user. */
function registryFolder(): string {
  const folder = path.join(os.tmpdir(), `local-dynamo-${process.getuid?.() ?? os.userInfo().username}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
