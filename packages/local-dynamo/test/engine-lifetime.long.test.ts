import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startLocalDynamo } from '../src/index.js';
import { identify } from '../src/process-identity.js';
import { readNote, writeNote } from './notes.js';
import { enginePid, eventually, packageFile, run, temporaryFolder, waitForOutput } from './processes.js';

async function startHost(behaviour: string, dataDir = temporaryFolder(), temporary = temporaryFolder()) {
  // in a temporary folder of its own, because other starts on this machine look for orphans in the common one
  const host = run(packageFile('test/fixtures/host.ts'), [behaviour, dataDir], { TMPDIR: temporary });
  const endpoint = await waitForOutput(host, /ready at (\S+) /);
  return { host, dataDir, endpoint };
}

/** Returns the pid of the one engine in memory whose record is in a temporary folder. */
function pidInMemory(temporary: string): number {
  const records = readdirSync(temporary, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\d+\.json$/.test(file),
  );
  expect(records).toHaveLength(1);
  return Number(basename(records[0] ?? '', '.json'));
}

const gone = (pid: number) => eventually(() => expect(identify(pid)).toBeUndefined());

describe.concurrent('an engine exits with the process that started it', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('at %s, which ends that process as usual', async (signal) => {
    const { host, dataDir } = await startHost('waits');
    const pid = enginePid(dataDir);
    host.child.kill(signal);
    expect(await host.exit).toEqual({ code: null, signal });
    await gone(pid);
  });

  it('at a signal that the process handles itself', async () => {
    const { host, dataDir } = await startHost('handles SIGTERM itself');
    const pid = enginePid(dataDir);
    host.child.kill('SIGTERM');
    expect(await host.exit).toEqual({ code: 42, signal: null });
    expect(host.output().stdout).toContain('closing');
    await gone(pid);
  });

  it('at an uncaught exception', async () => {
    const { host, dataDir } = await startHost('throws');
    expect((await host.exit).code).toBe(1);
    expect(host.output().stderr).toContain('a bug of the host');
    await gone(enginePid(dataDir));
  });

  it('when that process has nothing left to do', async () => {
    const { host, endpoint } = await startHost('ends');
    expect(await host.exit).toEqual({ code: 0, signal: null });
    await eventually(() => expect(fetch(endpoint)).rejects.toThrow());
  });
});

describe.concurrent('an engine left behind by a killed process', () => {
  it('is killed by the next start with its data folder, which finds the data', async () => {
    const { host, dataDir, endpoint } = await startHost('waits');
    await writeNote(endpoint, 'written before the crash');
    const orphan = enginePid(dataDir);
    host.child.kill('SIGKILL');
    await host.exit;
    expect(identify(orphan)?.command).toContain('dynoxide');

    const port = Number(new URL(endpoint).port); // the orphan holds it
    const next = await startLocalDynamo({ engine: 'dynoxide', dataDir, port });
    expect(identify(orphan)).toBeUndefined();
    expect(await readNote(next.endpoint)).toBe('written before the crash');
    await next.stop();
  });

  it('in memory is killed by the next start', async () => {
    const temporary = temporaryFolder();
    const { host, endpoint } = await startHost('waits', '', temporary);
    const pid = pidInMemory(temporary);
    host.child.kill('SIGKILL');
    await host.exit;
    expect(identify(pid)?.command).toContain('dynoxide'); // it still runs
    await expect(fetch(endpoint)).rejects.toThrow(); // its guard was in the process that was killed

    const next = await startHost('ends', '', temporary);
    expect(identify(pid)).toBeUndefined();
    await next.host.exit;
  });

  it('is not confused with a process that has its pid now', async () => {
    const { host, dataDir } = await startHost('waits');
    // as if the machine had restarted and another process had the pid: the start time differs
    const file = `${dataDir}/engine.json`;
    const record = JSON.parse(readFileSync(file, 'utf8'));
    record.engine.startedAt = '1';
    record.owner.startedAt = '1';
    writeFileSync(file, JSON.stringify(record));

    const next = await startLocalDynamo({ engine: 'dynoxide', dataDir });
    expect(identify(record.engine.pid)).toBeDefined();
    await next.stop();
    host.child.kill('SIGTERM');
    await host.exit;
  });
});
