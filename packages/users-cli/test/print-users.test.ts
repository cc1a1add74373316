import { expect, it } from 'vitest';
import { userDetails, usersTable } from '../src/print-users.js';

const ada = {
  id: '0198c0de-0000-4000-8000-000000000000',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  createdAt: '2026-03-01T10:00:00.000Z',
  version: 1,
};

it('shows users as a table, wide characters and all', () => {
  expect(usersTable([ada, { ...ada, email: 'z@example.com', name: '山田 🦊', version: 12 }], { columns: 120 })).toBe(
    [
      'ID                                    EMAIL            NAME          CREATED           VERSION',
      '0198c0de-0000-4000-8000-000000000000  ada@example.com  Ada Lovelace  2026-03-01 10:00        1',
      '0198c0de-0000-4000-8000-000000000000  z@example.com    山田 🦊       2026-03-01 10:00       12',
    ].join('\n'),
  );
});

it('shows the head of an empty table', () => {
  expect(usersTable([], { columns: 80 })).toMatch(/^ID +EMAIL +NAME +CREATED +VERSION$/);
});

it('cuts names and addresses on a narrow terminal, never ids', () => {
  const long = { ...ada, email: `${'a'.repeat(60)}@example.com`, name: 'N'.repeat(200) };
  const lines = usersTable([long], { columns: 110 }).split('\n');
  expect(lines[1]).toContain(ada.id);
  expect(lines[1]).toMatch(/a{10,}….*N{5,}…/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(110);
});

it('shows one user field by field', () => {
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

it('shows names that would move the cursor as harmless text', () => {
  const name = 'Eve\u001b[2J\u202e\r\n';
  expect(userDetails({ ...ada, name })).toContain('name       Eve·[2J···');
  expect(usersTable([{ ...ada, name }], { columns: 120 })).toContain('Eve·[2J···');
});
