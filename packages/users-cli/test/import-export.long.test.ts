import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultRule, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { exportUsers, type ImportOptions, importUsers } from '../src/index.js';

// These tests call the functions of the commands, because a process for each would take long. They do not depend on the
// engine.

const folder = mkdtempSync(join(tmpdir(), 'import-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** Creates a table, its service and functions for files. */
async function setUp(rules: FaultRule[] = []) {
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

const namesByEmail = async (users: UserService) =>
  new Map((await users.getAllUsers()).map(({ email, name }) => [email, name]));

describe('an import', () => {
  it('creates users, reports rejected rows with line and reason, and changes nothing in a second run', async () => {
    const { users, write, run, states } = await setUp();
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
    expect(await run(file)).toMatchObject({
      ...{ rows: 6, created: 0, unchanged: 3, refused: 3 },
      refusedFile: file.replace('.csv', '.refused-2.csv'), // the first one may have been corrected by now
    });
    expect(await namesByEmail(users)).toEqual(
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
        '5,email: Not a valid email,bob,Bob',
        '7,1 values for 2 columns,zoe@example.com,\n',
      ].join('\n'),
    );
    expect(states()).toEqual([]);

    const corrected = write('corrected.csv', [
      'line,reason,email,name',
      '5,email: Not a valid email,bob@example.com,Bob',
    ]);
    expect(await run(corrected)).toMatchObject({ created: 1, refused: 0 });
  });

  it('never overwrites a file with the rejected rows, and follows no link', async () => {
    const { users, write, run } = await setUp();
    const file = write('people.csv', ['email,name', 'ada@example.com,Ada', 'bob,Bob']);
    const important = write('important.txt', ['keep me']);
    const link = join(folder, `${files}-link.csv`);
    symlinkSync(join(folder, `${files}-nothing.txt`), link);
    for (const refusedFile of [important, link]) {
      await expect(run(file, { refusedFile })).rejects.toMatchObject({
        name: 'FileProblem',
        message: expect.stringMatching(/ exists already, and is not overwritten: remove it, or choose another file/),
      });
    }
    expect(readFileSync(important, 'utf8')).toBe('keep me\n');
    expect(await users.countUsers()).toBe(0);

    // created after the check, by someone else
    const refusedFile = join(folder, `${files}-late.csv`);
    const onStart = () => symlinkSync(important, refusedFile);
    await expect(run(file, { refusedFile, onStart })).rejects.toThrow(/exists already, and is not overwritten/);
    expect(readFileSync(important, 'utf8')).toBe('keep me\n');
  });

  it('resumes after an interruption, and reports all rows', async () => {
    const { users, write, run, states } = await setUp();
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
      'the table was created again',
      async (_, users) => void (await users.batchDeleteUsers((await users.getAllUsers()).map(({ id }) => id))),
    ],
  ])('starts over if %s since the interruption', async (_, change) => {
    const { users, write, run } = await setUp();
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

  it('survives throttling and lost replies', async () => {
    const { users, write, run } = await setUp([
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

  it('finds the users of a write with an unknown outcome in its retry', async () => {
    const { users, write, run, faults } = await setUp([{ fault: 'hang', operation: 'TransactWriteItems', times: 4 }]);
    const file = write('few.csv', ['email,name', 'ada@example.com,Ada', 'grace@example.com,Grace']);
    expect(await run(file)).toMatchObject({ created: 0, unchanged: 2, refused: 0 });
    expect(faults.injected.hang).toBeGreaterThan(1);
    expect(await users.countUsers()).toBe(2);
  });

  it('writes nothing if the file is malformed', async () => {
    const { users, write, run, states } = await setUp();
    const file = write('broken.csv', ['email,name', 'ada@example.com,Ada', 'bob@example.com,"Bob']);
    await expect(run(file)).rejects.toMatchObject({ name: 'FileProblem' });
    expect(await users.countUsers()).toBe(0);
    expect(states()).toEqual([]);
  });
});

describe('an export', () => {
  it('resumes after an interruption, and its file can be imported into another table', async () => {
    const from = await setUp();
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
      writeFileSync(`${file}.part`, 'much of a page '.repeat(2000), { flag: 'a' }); // as left by a process that was killed while it wrote
      const starts: unknown[] = [];
      const report = await exportUsers({ ...options, onStart: (start) => starts.push(start) });
      expect(starts).toEqual([{ done: 100, origin: 'resumed' }]);
      expect(report).toEqual({ users: 120, bytes: statSync(file).size });
      expect(existsSync(`${file}.part`)).toBe(false);
      expect(from.states()).toEqual([]);
      expect(statSync(file).mode & 0o077).toBe(0);

      const to = await setUp();
      expect(await to.run(file, { format })).toMatchObject({ rows: 120, created: 120, refused: 0 });
      expect(await namesByEmail(to.users)).toEqual(await namesByEmail(users));
    }
  });

  it('follows no link, and only its owner can read it, whatever was there before', async () => {
    const { users, table, stateFolder, write } = await setUp();
    await users.createUser({ email: 'ada@example.com', name: '=1+1\u001b[2J' });
    const victim = write('victim.txt', ['keep me']);
    const file = join(folder, `${table}.csv`);
    symlinkSync(victim, `${file}.part`);
    const options = { users, table, stateFolder, file, format: 'csv' } as const;
    await exportUsers(options);
    expect(readFileSync(victim, 'utf8')).toBe('keep me\n');
    writeFileSync(`${file}.part`, 'of an earlier export', { mode: 0o644 });
    await exportUsers(options);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(`,'=1+1\\u{1b}[2J,`);
    const to = await setUp();
    await to.run(file);
    expect(await namesByEmail(to.users)).toEqual(await namesByEmail(users));
  });

  it('starts over if its output was removed', async () => {
    const { users, table, stateFolder, write, run } = await setUp();
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
