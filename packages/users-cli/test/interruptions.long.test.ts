import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, expect, it, vi } from 'vitest';

/** 100,000 by `pnpm --filter @aws-starter-kit/users-cli import:100000`. */
const rows = Number(process.env.IMPORT_ROWS ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'interruptions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tableName = 'interruptions';
const script = join(import.meta.dirname, '../src/cli.ts');
const source = ['--conditions=@aws-starter-kit/source', '--import', import.meta.resolve('tsx')];

const isBad = (n: number) => n % 1000 === 17;
const nameOf = (n: number) => `Person, "${n}"\nZoë`;

async function people(): Promise<string> {
  const file = join(folder, 'people.csv');
  const stream = createWriteStream(file);
  stream.write('email,name\n');
  for (let n = 1; n <= rows; n++)
    stream.write(isBad(n) ? `bad-${n},No\n` : `p${n}@example.com,"${nameOf(n).replaceAll('"', '""')}"\n`);
  stream.end();
  await finished(stream);
  return file;
}

/** Returns the progress of the current run, from its state. */
function progress(of: 'rows' | 'users'): number {
  const states = existsSync(join(folder, '.local')) ? readdirSync(join(folder, '.local')) : [];
  const state = states.find((name) => name.endsWith('.json'));
  if (!state) return 0;
  const { state: saved } = JSON.parse(readFileSync(join(folder, '.local', state), 'utf8'));
  return of === 'rows' ? saved.report.rows : saved.users;
}

/** Starts a command. */
function start(endpoint: string, args: string[]) {
  const env = { ...process.env, AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: tableName };
  const child = spawn(process.execPath, [...source, script, ...args], { cwd: folder, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (text: string) => vi.waitUntil(() => stderr.includes(text), { timeout: 120_000 }),
  };
}

/** Runs a command, and sends it a signal when `isTime` returns true. */
async function run(endpoint: string, args: string[], stop?: { signal: NodeJS.Signals; isTime: () => boolean }) {
  const { child, ended, stdout, stderr } = start(endpoint, args);
  while (stop && child.exitCode === null) {
    if (stop.isTime()) {
      await sleep(Math.random() * 300); // at any point of the current chunk
      child.kill(stop.signal);
      break;
    }
    await sleep(10);
  }
  return { exitCode: await ended, stdout: stdout(), stderr: stderr() };
}

it(`an import of ${rows} rows and an export are complete, however often they are killed`, async () => {
  const { endpoint, stop } = await startLocalDynamo();
  try {
    await ensureTable({ endpoint, tableName });
    const file = await people();
    for (const [share, signal] of [
      [0.1, 'SIGKILL'],
      [0.3, 'SIGTERM'],
      [0.5, 'SIGKILL'],
      [0.65, 'SIGINT'], // far enough from the end that the import cannot be over
    ] as const) {
      const before = progress('rows'); // a process that was killed late may have come further than the next share
      const { exitCode, stderr } = await run(endpoint, ['import', file], {
        signal,
        isTime: () => progress('rows') >= Math.max(share * rows, before + 1),
      });
      expect(exitCode).toBe(signal === 'SIGKILL' ? null : 130);
      if (share > 0.1) expect(stderr).toMatch(/Resuming after [\d,]+ rows/);
    }
    const last = await run(endpoint, ['import', file]);
    expect(last.exitCode).toBe(1);
    const report = JSON.parse(last.stdout);
    const bad = Array.from({ length: rows }, (_, i) => i + 1).filter(isBad);
    expect(report).toMatchObject({ rows, refused: bad.length });
    expect(report.created + report.unchanged).toBe(rows - bad.length);
    const refused = readFileSync(report.refusedFile, 'utf8').trim().split('\n').slice(1);
    expect(refused.map((line) => line.split(',').at(-2))).toEqual(bad.map((n) => `bad-${n}`));

    const out = join(folder, 'users.ndjson');
    const killed = await run(endpoint, ['export', out], { signal: 'SIGKILL', isTime: () => progress('users') > 0 });
    if (killed.exitCode === null) expect(existsSync(out)).toBe(false);
    expect((await run(endpoint, ['export', out])).exitCode).toBe(0);

    const expected = Array.from({ length: rows }, (_, i) => i + 1)
      .filter((n) => !isBad(n))
      .map((n) => [`p${n}@example.com`, nameOf(n)]);
    const byEmail = (users: { email: string; name: string }[]) =>
      users
        .map(({ email, name }) => [email, name])
        .sort(([a = ''], [b = '']) => Number(a.match(/\d+/)) - Number(b.match(/\d+/)));
    const users = new UserService({ model: new UserModel({ endpoint, tableName }) });
    expect(byEmail(await users.getAllUsers())).toEqual(expected);
    expect(
      byEmail(
        readFileSync(out, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    ).toEqual(expected);
    expect(readdirSync(join(folder, '.local'))).toEqual([]);
  } finally {
    await stop();
  }
});

it('an export to a named pipe waits for a reader, and ends on SIGINT before and after it has one', async () => {
  const { endpoint, stop } = await startLocalDynamo();
  try {
    await ensureTable({ endpoint, tableName });
    const users = new UserService({ model: new UserModel({ endpoint, tableName }) });
    const list = Array.from({ length: 1000 }, (_, n) => ({ email: `p${n}@example.com`, name: 'N'.repeat(200) }));
    await users.createUsers(list, { deadlineMs: 60_000 });
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);

    const waiting = start(endpoint, ['export', pipe, '--format', 'csv']);
    await waiting.says('Waiting for a reader of');
    waiting.child.kill('SIGINT');
    expect(await waiting.ended).toBe(130);
    expect(waiting.stderr()).toMatch(/\nInterrupted: the same command starts over\.\n$/);

    const blocked = start(endpoint, ['export', pipe, '--format', 'csv']);
    await blocked.says('Waiting for a reader of');
    const reader = await open(pipe, 'r'); // 1,000 users are more than a pipe holds
    await reader.read(Buffer.alloc(1), 0, 1);
    blocked.child.kill('SIGINT');
    expect(await blocked.ended).toBe(130);
    await reader.close();

    const complete = start(endpoint, ['export', pipe, '--format', 'csv']);
    const text = await readFile(pipe, 'utf8');
    expect(await complete.ended).toBe(0);
    expect(text.trim().split('\n')).toHaveLength(1001);
  } finally {
    await stop();
  }
});
