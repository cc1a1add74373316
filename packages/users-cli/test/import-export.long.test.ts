import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultRule, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { exportUsers, type ImportOptions, importUsers } from '../src/index.js';

// By the functions that the commands call: which engine it is does not matter, and a process for each would take long.

const folder = mkdtempSync(join(tmpdir(), 'import-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A table, its service, and a place for files. */
async function desk(rules: FaultRule[] = []) {
  const faults = faultyHandler({ rules });
  const { client, tableName: table } = await freshTable({ requestHandler: faults });
  const users = new UserService({ model: new UserModel({ client, tableName: table }) });
  const stateFolder = join(folder, `${++files}`, 'state');
  const write = (name: string, lines: readonly string[]) => {
    const file = join(folder, `${files}-${name}`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };
  const run = (file: string, more: Partial<ImportOptions> = {}) =>
    importUsers({ users, file, format: 'csv', table, stateFolder, chunkSize: 100, ...more });
  const states = () => (existsSync(stateFolder) ? readdirSync(stateFolder) : []);
  return { users, table, stateFolder, states, write, run, faults };
}

const everybody = async (users: UserService) =>
  new Map((await users.getAllUsers()).map(({ email, name }) => [email, name]));

describe('an import', { timeout: 60_000 }, () => {
  it('creates users, reports the rows that it refuses with line and reason, and changes nothing when run again', async () => {
    const { users, write, run, states } = await desk();
    const rows = [
      'email,name',
      'ada@example.com,Ada',
      ' ADA@Example.com ,Ada',
      'ada@example.com,Eve',
      'bob,Bob',
      'grace@example.com,Grace',
      'zoe@example.com',
    ];
    const file = write('people.csv', rows);
    const first = await run(file);
    expect(first).toMatchObject({ rows: 6, created: 2, unchanged: 1, refused: 3 });
    expect(await run(file)).toMatchObject({ rows: 6, created: 0, unchanged: 3, refused: 3 });
    expect(await everybody(users)).toEqual(
      new Map([
        ['ada@example.com', 'Ada'],
        ['grace@example.com', 'Grace'],
      ]),
    );
    expect(first.refusedFile).toBe(file.replace('.csv', '.refused.csv'));
    expect(statSync(first.refusedFile).mode & 0o077).toBe(0);
    expect(readFileSync(first.refusedFile, 'utf8')).toBe(
      [
        'line,reason,email,name',
        '4,"User with email ada@example.com already exists, with another name",ada@example.com,Eve',
        '5,email: Not an e-mail address,bob,Bob',
        '7,1 values for 2 columns,zoe@example.com,\n',
      ].join('\n'),
    );
    expect(states()).toEqual([]);

    const mended = write('mended.csv', [
      'line,reason,email,name',
      '5,email: Not an e-mail address,bob@example.com,Bob',
    ]);
    expect(await run(mended)).toMatchObject({ created: 1, refused: 0 });
  });

  it('goes on where it was interrupted, and reports the whole', async () => {
    const { users, write, run, states } = await desk();
    const rows = Array.from({ length: 150 }, (_, i) =>
      i % 10 === 7 ? `bad-${i},No` : `p${i}@example.com,Person ${i}`,
    );
    const file = write('many.csv', ['email,name', ...rows]);
    const stop = new AbortController();
    const interrupted = run(file, { signal: stop.signal, onProgress: () => stop.abort(new Error('Ctrl-C')) });
    await expect(interrupted).rejects.toThrow('Ctrl-C');
    expect(states()).toHaveLength(1);
    expect((await users.getAllUsers()).length).toBe(90);

    const starts: unknown[] = [];
    const report = await run(file, { onStart: (start) => starts.push(start) });
    expect(starts).toEqual([{ rows: 150, done: 100, origin: 'resumed' }]);
    expect(report).toMatchObject({ rows: 150, created: 135, unchanged: 0, refused: 15 });
    const lines = readFileSync(report.refusedFile, 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => Number.parseInt(line, 10));
    expect(lines).toEqual(Array.from({ length: 15 }, (_, i) => i * 10 + 9));
    expect((await users.getAllUsers()).length).toBe(135);
    expect(states()).toEqual([]);
  });

  it.each<[string, (file: string, users: UserService) => Promise<void>]>([
    [
      'its file has changed',
      async (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('Person 0', 'Person 00')),
    ],
    [
      'the table was made anew',
      async (_, users) => void (await users.batchDeleteUsers((await users.getAllUsers()).map(({ id }) => id))),
    ],
  ])('starts over where %s since it was interrupted', async (_, change) => {
    const { users, write, run } = await desk();
    const file = write('many.csv', [
      'email,name',
      ...Array.from({ length: 101 }, (_, i) => `p${i}@example.com,Person ${i}`),
    ]);
    const stop = new AbortController();
    await expect(run(file, { signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow();
    await change(file, users);
    const starts: unknown[] = [];
    const report = await run(file, { onStart: (start) => starts.push(start) });
    expect(starts).toMatchObject([{ done: 0, origin: 'replaced' }]);
    expect(report.rows).toBe(101);
    expect((await users.getAllUsers()).length).toBe(101);
  });

  it('comes through throttling and lost replies', async () => {
    const { users, write, run } = await desk([
      { fault: 'throttle', operation: 'TransactWriteItems', rate: 0.2 },
      { fault: 'lost-reply', operation: 'TransactWriteItems', rate: 0.1 },
      { fault: 'reset', rate: 0.1 },
    ]);
    const file = write('many.csv', [
      'email,name',
      ...Array.from({ length: 300 }, (_, i) => `p${i}@example.com,Person ${i}`),
    ]);
    const { created, unchanged, refused } = await run(file);
    expect({ stored: created + unchanged, refused }).toEqual({ stored: 300, refused: 0 });
    expect((await users.getAllUsers({ deadlineMs: 20_000 })).length).toBe(300);
  });

  it('finds by its next try what a write left behind whose outcome nobody knew', async () => {
    const { users, write, run, faults } = await desk([{ fault: 'hang', operation: 'TransactWriteItems', times: 4 }]);
    const file = write('few.csv', ['email,name', 'ada@example.com,Ada', 'grace@example.com,Grace']);
    expect(await run(file)).toMatchObject({ created: 0, unchanged: 2, refused: 0 });
    expect(faults.injected.hang).toBeGreaterThan(1);
    expect(await users.countUsers()).toBe(2);
  });

  it('writes nothing of a file that cannot be read to its end', async () => {
    const { users, write, run, states } = await desk();
    const file = write('broken.csv', ['email,name', 'ada@example.com,Ada', 'bob@example.com,"Bob']);
    await expect(run(file)).rejects.toMatchObject({ name: 'FileProblem' });
    expect(await users.countUsers()).toBe(0);
    expect(states()).toEqual([]);
  });
});

describe('an export', { timeout: 60_000 }, () => {
  it('goes on where it was interrupted, and the other table gets the same users from it', async () => {
    const from = await desk();
    const people = Array.from({ length: 120 }, (_, i) => `p${i}@example.com,"Person, ""${i}"" Zoë"`);
    await from.run(from.write('many.csv', ['email,name', ...people]));
    for (const format of ['csv', 'ndjson'] as const) {
      const { users, table, stateFolder } = from;
      const file = join(folder, `${table}.${format}`);
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error('Ctrl-C'));
      const options = { users, table, stateFolder, file, format, pageSize: 100 };
      await expect(exportUsers({ ...options, signal: stop.signal, onProgress })).rejects.toThrow('Ctrl-C');
      expect(existsSync(file)).toBe(false);
      writeFileSync(`${file}.part`, 'much of a page '.repeat(2000), { flag: 'a' }); // as a process leaves it that dies while it writes
      const starts: unknown[] = [];
      const report = await exportUsers({ ...options, onStart: (start) => starts.push(start) });
      expect(starts).toEqual([{ done: 100, origin: 'resumed' }]);
      expect(report).toEqual({ users: 120, bytes: statSync(file).size });
      expect(existsSync(`${file}.part`)).toBe(false);
      expect(from.states()).toEqual([]);
      expect(statSync(file).mode & 0o077).toBe(0);

      const to = await desk();
      expect(await to.run(file, { format })).toMatchObject({ rows: 120, created: 120, refused: 0 });
      expect(await everybody(to.users)).toEqual(await everybody(users));
    }
  });

  it('starts over where what it had written is gone', async () => {
    const { users, table, stateFolder, write, run } = await desk();
    await run(write('many.csv', ['email,name', ...Array.from({ length: 101 }, (_, i) => `p${i}@example.com,P`)]));
    const options = {
      users,
      table,
      stateFolder,
      file: join(folder, `${table}.csv`),
      format: 'csv',
      pageSize: 100,
    } as const;
    const stop = new AbortController();
    await expect(exportUsers({ ...options, signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow();
    rmSync(`${options.file}.part`);
    expect(await exportUsers(options)).toMatchObject({ users: 101 });
    expect(readFileSync(options.file, 'utf8').split('\n')).toHaveLength(103); // header, users, and nothing after the last newline
  });
});
