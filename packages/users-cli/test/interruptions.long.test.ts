import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, expect, it } from 'vitest';

/** 100,000 by `pnpm --filter @aws-starter-kit/users-cli import:100000`. */
const rows = Number(process.env.IMPORT_ROWS ?? 12_000);
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

/** How far the run that is under way has got, by its state. */
function progress(of: 'rows' | 'users'): number {
  const states = existsSync(join(folder, '.local')) ? readdirSync(join(folder, '.local')) : [];
  const state = states.find((name) => name.endsWith('.json'));
  if (!state) return 0;
  const { state: saved } = JSON.parse(readFileSync(join(folder, '.local', state), 'utf8'));
  return of === 'rows' ? saved.report.rows : saved.users;
}

/** Runs a command until `isTime`, then ends it by that signal; without one to its end. */
async function run(endpoint: string, args: string[], stop?: { signal: NodeJS.Signals; isTime: () => boolean }) {
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
  while (stop && child.exitCode === null) {
    if (stop.isTime()) {
      await sleep(Math.random() * 300); // anywhere in the thousand that is under way
      child.kill(stop.signal);
      break;
    }
    await sleep(10);
  }
  return { exitCode: await ended, stdout, stderr };
}

it(`an import of ${rows} rows and an export come to the same, killed as often as you like`, async () => {
  const { endpoint, stop } = await startLocalDynamo();
  try {
    await ensureTable({ endpoint, tableName });
    const file = await people();
    for (const [share, signal] of [
      [0.1, 'SIGKILL'],
      [0.3, 'SIGTERM'],
      [0.6, 'SIGKILL'],
      [0.8, 'SIGINT'],
    ] as const) {
      const { exitCode, stderr } = await run(endpoint, ['import', file], {
        signal,
        isTime: () => progress('rows') >= share * rows,
      });
      expect(exitCode).toBe(signal === 'SIGKILL' ? null : 130);
      if (share > 0.1) expect(stderr).toMatch(/Goes on after [\d,]+ rows, where it was interrupted/);
    }
    const last = await run(endpoint, ['import', file]);
    expect(last.exitCode).toBe(1);
    const report = JSON.parse(last.stdout);
    const bad = Array.from({ length: rows }, (_, i) => i + 1).filter(isBad);
    expect(report).toMatchObject({ rows, refused: bad.length });
    expect(report.created + report.unchanged).toBe(rows - bad.length);
    const refused = readFileSync(report.refusedFile, 'utf8').trim().split('\n').slice(1);
    expect(refused.map((line) => line.split(',').at(-2))).toEqual(bad.map((n) => `bad-${n}`));

    const out = join(folder, 'everybody.ndjson');
    const killed = await run(endpoint, ['export', out], { signal: 'SIGKILL', isTime: () => progress('users') > 0 });
    if (killed.exitCode === null) expect(existsSync(out)).toBe(false);
    expect((await run(endpoint, ['export', out])).exitCode).toBe(0);

    const expected = Array.from({ length: rows }, (_, i) => i + 1)
      .filter((n) => !isBad(n))
      .map((n) => [`p${n}@example.com`, nameOf(n)]);
    const byAddress = (users: { email: string; name: string }[]) =>
      users
        .map(({ email, name }) => [email, name])
        .sort(([a = ''], [b = '']) => Number(a.match(/\d+/)) - Number(b.match(/\d+/)));
    const users = new UserService({ model: new UserModel({ endpoint, tableName }) });
    expect(byAddress(await users.getAllUsers())).toEqual(expected);
    expect(
      byAddress(
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
