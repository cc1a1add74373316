import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { startLocalDynamo } from '../src/index.js';
import { identify } from '../src/process-identity.js';
import { readNote, writeNote } from './notes.js';
import { enginePid, packageFile, run, said, temporaryFolder } from './processes.js';

async function startHost(behaviour: string, dataDir = temporaryFolder(), temporary = temporaryFolder()) {
  // A temporary folder of its own: starts elsewhere on this machine look for orphans in the common one.
  const host = run(packageFile('test/fixtures/host.ts'), [behaviour, dataDir], { TMPDIR: temporary });
  const endpoint = await said(host, /ready at (\S+) /);
  return { host, dataDir, endpoint };
}

const gone = (pid: number) => vi.waitFor(() => expect(identify(pid)).toBeUndefined(), { timeout: 3_000, interval: 10 });

describe.concurrent('an engine ends with the process that started it', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('at %s, which ends that process as ever', async (signal) => {
    const { host, dataDir } = await startHost('waits');
    const pid = enginePid(dataDir);
    host.child.kill(signal);
    expect(await host.exit).toEqual({ code: null, signal });
    await gone(pid);
  });

  it('at a signal which that process handles in its own way', async () => {
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

  it('when that process has nothing left to do: an engine does not keep it alive', async () => {
    const { host, endpoint } = await startHost('ends');
    expect(await host.exit).toEqual({ code: 0, signal: null });
    await vi.waitFor(() => expect(fetch(endpoint)).rejects.toThrow());
  });
});

describe.concurrent('an engine left behind by a killed process', () => {
  it('is ended by the next start at its data folder, which finds the data', async () => {
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

  it('in memory is ended by the next start, whatever its port', async () => {
    const temporary = temporaryFolder();
    const { host, endpoint } = await startHost('waits', '', temporary);
    host.child.kill('SIGKILL');
    await host.exit;
    expect((await fetch(endpoint)).status).toBeGreaterThan(0); // it answers still

    const next = await startHost('ends', '', temporary);
    await expect(fetch(endpoint)).rejects.toThrow();
    await next.host.exit;
  });

  it('is left alone if another process has its pid by now', async () => {
    const { host, dataDir } = await startHost('waits');
    // As if the machine had started anew and given the pid to somebody else: the start time differs.
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
