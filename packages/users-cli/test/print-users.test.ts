import { expect, it } from 'vitest';
import { jsonText } from '../src/json-text.js';
import { userDetails, usersTable } from '../src/print-users.js';

const ada = {
  id: '0198c0de-0000-4000-8000-000000000000',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  createdAt: '2026-03-01T10:00:00.000Z',
  version: 1,
};

it('formats users as a table, also with wide characters', () => {
  expect(usersTable([ada, { ...ada, email: 'z@example.com', name: '山田 🦊', version: 12 }], { columns: 120 })).toBe(
    [
      'ID                                    EMAIL            NAME          CREATED           VERSION',
      '0198c0de-0000-4000-8000-000000000000  ada@example.com  Ada Lovelace  2026-03-01 10:00        1',
      '0198c0de-0000-4000-8000-000000000000  z@example.com    山田 🦊       2026-03-01 10:00       12',
    ].join('\n'),
  );
});

it('shows the header of an empty table', () => {
  expect(usersTable([], { columns: 80 })).toMatch(/^ID +EMAIL +NAME +CREATED +VERSION$/);
});

it('cuts names and emails on a narrow terminal, but never ids', () => {
  const long = { ...ada, email: `${'a'.repeat(60)}@example.com`, name: 'N'.repeat(200) };
  const lines = usersTable([long], { columns: 110 }).split('\n');
  expect(lines[1]).toContain(ada.id);
  expect(lines[1]).toMatch(/a{10,}….*N{5,}…/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(110);
});

it('formats a user field by field', () => {
  expect(userDetails(ada)).toBe(
    [
      'id         0198c0de-0000-4000-8000-000000000000',
      'email      ada@example.com',
      'name       Ada Lovelace',
      'createdAt  2026-03-01T10:00:00.000Z',
      'version    1',
    ].join('\n'),
  );
});

it('replaces characters of names that could move the cursor', () => {
  const name = 'Eve\u001b[2J\u202e\r\n';
  expect(userDetails({ ...ada, name })).toContain('name       Eve·[2J···');
  expect(usersTable([{ ...ada, name }], { columns: 120 })).toContain('Eve·[2J···');
});

it('formats a very long name at once', () => {
  const startedAt = performance.now();
  usersTable([{ ...ada, name: `x${' '.repeat(300_000)}x` }], { columns: 120 });
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

it('escapes characters in JSON that a terminal would act on', () => {
  const user = { ...ada, name: 'Eve\u001b[2J\u009b31m\u202e\u2066 👨‍👩‍👧' };
  const text = jsonText(user, { indent: 2 });
  expect(text).toContain('"Eve\\u001b[2J\\u009b31m\\u202e\\u2066 👨‍👩‍👧"');
  expect(JSON.parse(text)).toEqual(user);
});
