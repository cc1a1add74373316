import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { csvRows } from '../src/csv-rows.js';
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
  it('have the line in which they begin, also after empty lines and values of several lines', async () => {
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
    ['lines that end with CR and LF', 'email,name\r\nada@example.com,Ada\r\n'],
    ['lines that end with CR', 'email,name\rada@example.com,Ada\r'],
    ['a first line sep=, of Excel', 'sep=,\nemail,name\nada@example.com,Ada\n', 3],
    ['no newline at the end', 'email,name\nada@example.com,Ada'],
    ['spaces around column names', ' email , name\nada@example.com,Ada\n'],
  ] as [string, string, number?][])('are read with %s', async (_, content, line = 2) => {
    expect(await rowsOf(content)).toEqual([{ line, values: ada }]);
  });

  it('end at every line break, also if they differ, and values keep theirs', async () => {
    const text = 'email,name\r\na@x.org,A\nb@x.org,"B\r\n\rB"\r\r\nc@x.org,C\n\n\r\nd@x.org,D';
    const rows = [
      { line: 2, values: { email: 'a@x.org', name: 'A' } },
      { line: 3, values: { email: 'b@x.org', name: 'B\r\n\rB' } },
      { line: 7, values: { email: 'c@x.org', name: 'C' } },
      { line: 10, values: { email: 'd@x.org', name: 'D' } },
    ];
    expect(await rowsOf(text)).toEqual(rows);
    const pieces = async function* () {
      yield* text; // a line break can be cut anywhere
    };
    expect(await all(csvRows({ file: 'x.csv', text: pieces() }))).toEqual(rows);
  });

  it('have the delimiter of a first line sep=; unless another one is given', async () => {
    expect(await rowsOf('sep=;\r\nemail;name\r\nada@example.com;Ada\r\n')).toEqual([{ line: 3, values: ada }]);
    expect(await rowsOf('SEP=\t\nemail;name\nada@example.com;Ada', 'csv', ';')).toEqual([{ line: 3, values: ada }]);
    expect(await rowsOf('sep=|\nemail|name\n')).toEqual([]);
  });

  it('are read by column, in any order, with the other columns of an export', async () => {
    expect(await rowsOf('name;id;email\nAda;7;ada@example.com\n', 'csv', ';')).toEqual([
      { line: 2, values: { ...ada, id: '7' } },
    ]);
  });

  it('have a problem of their own if values are missing or superfluous', async () => {
    const rows = await rowsOf('email,name\nx@example.com\nada@example.com,Ada\na,b,c\n');
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, '1 values for 2 columns'],
      [3, undefined],
      [4, '3 values for 2 columns'],
    ]);
  });
});

it.each([
  ['many columns in the header', `${Array.from({ length: 20_000 }, (_, i) => i.toString(36)).join(',')}\n`],
  ['many values', `email,name\n${','.repeat(60_000)}\n`],
  ['a long name', `email,name\na@x.org,${'é'.repeat(30_000)}\n`],
  ['many line breaks', `email,name\na@x.org,"${'\r\n'.repeat(30_000)}"\n`],
  ['many spaces before a quote', `email,name\n${' '.repeat(60_000)}"\n`],
  ['many quotes', `email,name\na@x.org,"${'""'.repeat(30_000)}"\n`],
  ['many escapes', `email,name\na@x.org,${'\\u{1b}'.repeat(10_000)}\n`],
  ['many apostrophes', `email,name\na@x.org,${"'".repeat(60_000)}\n`],
])('a row of 60 KB with %s takes no more than 2 s', async (_, content) => {
  const startedAt = performance.now();
  await rowsOf(content).catch((error: Error) => expect(error.message.length).toBeLessThan(1000));
  expect(performance.now() - startedAt).toBeLessThan(2000); // a quadratic one takes about 10 s
});

it('rows of NDJSON have their line and their problem', async () => {
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
  ['a header without a column', 'mail,name\n', 'csv', / lacks the column email, its header is "mail,name": add it$/],
  [
    'an unknown column',
    'email,name,phone\n',
    'csv',
    / has the unknown column "phone": remove it; the allowed columns are email, name, id/,
  ],
  ['a duplicate column', 'email,name,name\n', 'csv', / has the column name twice: remove one of them/],
  ['another delimiter', 'email;name\n', 'csv', / has another delimiter, .*: add --delimiter ';'$/],
  ['tabs', 'email\tname\n', 'csv', /: add --delimiter \$'\\t'$/],
  [
    'a quote that is not closed',
    'email,name\na,"b\nc,d\n',
    'csv',
    /, line 2: the row has a quote \("\) that is not closed/,
  ],
  [
    'a quote that is not closed in a long file',
    `email,name\na,"${long}`,
    'csv',
    /, line 2: the row has more than 64 KiB, or a quote \("\) that is not closed/,
  ],
  ['text after a quote', 'email,name\na,b\n"a"b,c\n', 'csv', /, line 3: the row has a misplaced quote \("\)/],
  [
    'Latin-1',
    latin1('email,name\na,b\nzoë@example.com,Zoë\n'),
    'csv',
    / is not UTF-8 \(line 3\): save it .* iconv -f latin1/,
  ],
  [
    'Latin-1 in a later chunk',
    latin1(`email,name\n${'a,b\n'.repeat(20_000)}a,Zoë\n`),
    'csv',
    / is not UTF-8 \(line 20002\)/,
  ],
  ['Latin-1 after lines that end in different ways', latin1('email,name\r\na,b\rc,d\n\na,Zoë\n'), 'csv', / \(line 5\)/],
  ['half a character at the end', Buffer.from('email,name\na,Zoë').subarray(0, -1), 'csv', / is not UTF-8/],
  ['UTF-16', Buffer.from('\ufeffemail,name\n', 'utf16le'), 'csv', / is UTF-16: save it as UTF-8, or: iconv -f utf-16/],
  ['a workbook', Buffer.from('PK\u0003\u0004'), 'csv', / is a workbook or another archive: save it as "CSV UTF-8"/],
  ['compressed data', Buffer.from([0x1f, 0x8b, 8]), 'csv', / is compressed: unpack it with gunzip first/],
  [
    'NDJSON without newlines',
    long,
    'ndjson',
    / has more than 65536 characters in line 1: write one JSON object per line/,
  ],
])('rejects a file with %s in one line', async (_, content, format, expected) => {
  await expect(rowsOf(content, format)).rejects.toMatchObject({
    name: 'FileProblem',
    message: expect.stringMatching(expected),
  });
});

it.each([
  ['/no/such/file.csv', / does not exist: check the path/],
  ['/dev/null', / is a pipe or a device, and an import reads its file twice: save it to a file first/],
  [tmpdir(), / is a folder: give a file/],
])('explains what is wrong with %s', async (file, expected) => {
  await expect(all(readRows({ file, format: 'csv' }))).rejects.toThrow(expected);
});

it('recognises a format by the extension of a file', () => {
  expect([formatOf('a.csv'), formatOf('b.NDJSON'), formatOf('c.jsonl')]).toEqual(['csv', 'ndjson', 'ndjson']);
  expect(() => formatOf('people.xlsx')).toThrow(
    'people.xlsx is a workbook: save it as "CSV UTF-8" and import that file',
  );
  expect(() => formatOf('people')).toThrow('add --format csv or --format ndjson');
});
