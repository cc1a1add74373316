import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Format, formatOf } from '../src/file-format.js';
import { readRows } from '../src/read-rows.js';

const folder = mkdtempSync(join(tmpdir(), 'read-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function fileOf(content: string | Buffer, format: Format = 'csv') {
  const file = join(folder, `${++files}.${format}`);
  writeFileSync(file, content);
  return file;
}
const rowsOf = (content: string | Buffer, format: Format = 'csv', delimiter?: string) =>
  all(readRows({ file: fileOf(content, format), format, delimiter }));
async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
const ada = { email: 'ada@example.com', name: 'Ada' };

describe('rows of CSV', () => {
  it('have the line in which they begin, below quotes over several lines and empty lines', async () => {
    expect(
      await rowsOf('email,name\n\nada@example.com,Ada\n"g@example.com","Grace\nHopper"\n\nz@example.com,Zoë\n'),
    ).toEqual([
      { line: 3, values: ada },
      { line: 4, values: { email: 'g@example.com', name: 'Grace\nHopper' } },
      { line: 7, values: { email: 'z@example.com', name: 'Zoë' } },
    ]);
  });

  it.each([
    ['a byte order mark', '\ufeffemail,name\nada@example.com,Ada\n'],
    ['lines that end as on Windows', 'email,name\r\nada@example.com,Ada\r\n'],
    ['no newline at the end', 'email,name\nada@example.com,Ada'],
    ['spaces around the names of columns', ' email , name\nada@example.com,Ada\n'],
  ])('are read with %s', async (_, content) => {
    expect(await rowsOf(content)).toEqual([{ line: 2, values: ada }]);
  });

  it('come by column, in any order and with those of an export', async () => {
    expect(await rowsOf('name;id;email\nAda;7;ada@example.com\n', 'csv', ';')).toEqual([
      { line: 2, values: { ...ada, id: '7' } },
    ]);
  });

  it('are refused alone where values are missing or too many', async () => {
    const rows = await rowsOf('email,name\nx@example.com\nada@example.com,Ada\na,b,c\n');
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, '1 values for 2 columns'],
      [3, undefined],
      [4, '3 values for 2 columns'],
    ]);
  });
});

it('rows of NDJSON have their line, and what is wrong with them', async () => {
  const lines = [
    JSON.stringify(ada),
    '',
    'no',
    '[1]',
    'null',
    '{"email":"x","phone":1}',
    JSON.stringify({ ...ada, id: '7' }),
  ];
  expect(await rowsOf(lines.join('\n'), 'ndjson')).toEqual([
    { line: 1, values: ada },
    { line: 3, values: {}, problem: 'Not JSON' },
    { line: 4, values: {}, problem: 'Not a JSON object' },
    { line: 5, values: {}, problem: 'Not a JSON object' },
    { line: 6, values: { email: 'x', phone: 1 }, problem: 'Unknown field phone' },
    { line: 7, values: { ...ada, id: '7' } },
  ]);
});

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const long = 'x'.repeat(200_000);
it.each<[string, string | Buffer, Format, RegExp]>([
  ['an empty file', '', 'csv', / is empty: its first line must be a header, such as email,name$/],
  [
    'a header without a column',
    'mail,name\n',
    'csv',
    / lacks the column email, its header is "mail,name": it must have/,
  ],
  [
    'a column that users do not have',
    'email,name,phone\n',
    'csv',
    / has the column "phone", which users do not have: take/,
  ],
  ['a column that is there twice', 'email,name,name\n', 'csv', / has the column name twice/],
  ['another delimiter', 'email;name\n', 'csv', / has another delimiter, .*: add --delimiter ';'$/],
  ['tabs', 'email\tname\n', 'csv', /: add --delimiter \$'\\t'$/],
  ['a quote that is not closed', 'email,name\na,"b\nc,d\n', 'csv', /, line 3: a quote \("\) is opened and not closed/],
  [
    'a quote that swallows all that follows',
    `email,name\na,"${long}`,
    'csv',
    /: a quote \("\) is opened and not closed/,
  ],
  ['text after a quote', 'email,name\na,b\n"a"b,c\n', 'csv', /, line 3: a quote \("\) stands where none may/],
  [
    'Latin-1',
    latin1('email,name\na,b\nzoë@example.com,Zoë\n'),
    'csv',
    / is not UTF-8 \(line 3\): save it .* iconv -f latin1/,
  ],
  ['Latin-1 far down', latin1(`email,name\n${'a,b\n'.repeat(50_000)}a,Zoë\n`), 'csv', / is not UTF-8 \(line 50002\)/],
  ['half a character at the end', Buffer.from('email,name\na,Zoë').subarray(0, -1), 'csv', / is not UTF-8/],
  ['UTF-16', Buffer.from('\ufeffemail,name\n', 'utf16le'), 'csv', / is UTF-16: save it as UTF-8, or: iconv -f utf-16/],
  ['a workbook', Buffer.from('PK\u0003\u0004'), 'csv', / is a workbook or another archive: save it as "CSV UTF-8"/],
  ['compressed data', Buffer.from([0x1f, 0x8b, 8]), 'csv', / is compressed: gunzip it first/],
  [
    'NDJSON without newlines',
    long,
    'ndjson',
    / has more than 65536 characters in line 1: it takes one JSON object a line/,
  ],
])('refuses %s as a whole, in a line', async (_, content, format, says) => {
  await expect(rowsOf(content, format)).rejects.toMatchObject({
    name: 'FileProblem',
    message: expect.stringMatching(says),
  });
});

it.each([
  ['/no/such/file.csv', / does not exist: check the path/],
  [tmpdir(), / is a folder: name a file in it/],
])('says what is wrong with %s', async (file, says) => {
  await expect(all(readRows({ file, format: 'csv' }))).rejects.toThrow(says);
});

it('knows a format by the name of the file', () => {
  expect([formatOf('a.csv'), formatOf('b.NDJSON'), formatOf('c.jsonl')]).toEqual(['csv', 'ndjson', 'ndjson']);
  expect(() => formatOf('people.xlsx')).toThrow('people.xlsx is a workbook: save it as "CSV UTF-8" and give that file');
  expect(() => formatOf('people')).toThrow('add --format csv or --format ndjson');
});
