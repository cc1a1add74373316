import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { peopleTable } from './personal-data-table.js';
import { usersHere } from './run-here.js';

const folder = mkdtempSync(join(tmpdir(), 'personal-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function setUp() {
  const people = await peopleTable();
  const env = { AWS_ENDPOINT_URL: people.endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: people.tableName };
  const run = (...args: string[]) => usersHere(['personal-data', ...args], { ...env, API_URL: undefined });
  return { ...people, run };
}

it('exports a person to a file that only its owner can read, and erases them', async () => {
  const { run, newPerson, tableName } = await setUp();
  const ada = await newPerson('ada');
  const out = join(folder, `${tableName}.json`);
  const record = join(folder, tableName, 'erasures.ndjson');
  const exported = await run('export', 'ADA@example.com', '--out', out);
  expect(exported).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringContaining(`exported to ${out}`) });
  expect(statSync(out).mode & 0o077).toBe(0);
  const document = JSON.parse(readFileSync(out, 'utf8'));
  expect(document).toMatchObject({
    ...{ table: tableName, id: ada.id, subjects: [ada.subject] },
    items: { user: [{ email: ada.emails[1], name: ada.name }], membership: [{ role: 'member' }] },
  });

  const erased = await run('erase', ada.id, '--record', record, '--output', 'table');
  expect(erased.exitCode).toBe(0);
  expect(erased.stdout).toContain(`${ada.id}  erased: 1 membership`);
  expect(erased.stderr).toContain('audit trail');
  expect(erased.stdout + erased.stderr).not.toContain(ada.emails[1]);
  expect(readFileSync(record, 'utf8')).toMatch(new RegExp(`^\\{"id":"${ada.id}","at":"[^"]+"\\}\n$`));
  expect(statSync(record).mode & 0o077).toBe(0);
});

it('erases the users of a record again, in a table that was restored to a time before', async () => {
  const { run, items, restored, newPerson, tableName } = await setUp();
  const people = [await newPerson('ada'), await newPerson('eve')];
  const others = await newPerson('grace');
  const backup = await items();
  const record = join(folder, `${tableName}.ndjson`);
  for (const { id } of people) expect(await run('erase', id, '--record', record)).toMatchObject({ exitCode: 0 });

  const copy = await restored(backup);
  const again = await run('erase', '--recorded', record, '--table', copy);
  expect(again.exitCode).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject(people.map(({ id }) => ({ id, erased: { user: 1 }, remaining: [] })));
  expect(readFileSync(record, 'utf8').trim().split('\n')).toHaveLength(2);
  for (const { id } of people) {
    const { items } = JSON.parse((await run('export', id, '--table', copy)).stdout);
    expect(Object.keys(items)).toEqual(['call']);
  }
  const exported = JSON.parse((await run('export', others.id, '--table', copy)).stdout);
  expect(exported).toMatchObject({ items: { user: [{ name: others.name }] } });
});

it.each([
  ['an unknown id', ['export', 'nobody'], 1, /^No item in table .+ mentions nobody: check the id and the table/],
  [
    'an unknown email',
    ['erase', 'nobody@example.com'],
    1,
    /no user with this email: give the id, and the email with --email/,
  ],
  ['neither a user nor a record', ['erase'], 2, /name either a user or --recorded <file>/],
  ['a record that is not there', ['erase', '--recorded', '/no/such/file'], 2, /\/no\/such\/file does not exist/],
])('explains %s', async (_, args, exitCode, message) => {
  const { run } = await setUp();
  const output = await run(...args);
  expect(output).toMatchObject({ exitCode, stdout: '' });
  expect(output.stderr.replace(/^Erasing .*\n/, '')).toMatch(message);
});
