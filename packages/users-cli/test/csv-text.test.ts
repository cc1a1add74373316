import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvRows } from '../src/csv-rows.js';
import { csvText, csvValue } from '../src/csv-text.js';

const textOf = (name: string) => csvText([{ email: 'a@x.org', name }], { columns: ['email', 'name'], header: true });

async function readBack(text: string): Promise<unknown[]> {
  const pieces = async function* () {
    yield text;
  };
  const names: unknown[] = [];
  for await (const { values } of csvRows({ file: 'x.csv', text: pieces() })) names.push(values.name);
  return names;
}

it.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1+1', "'+1+1"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', `'\t\\u{3d}1`],
  ['\r=1', '\\u{d}\\u{3d}1'],
  ['＝1+1', "'＝1+1"],
  ["'=1", "''=1"],
  ["O'Neill", "O'Neill"],
  ["'t Hooft", "'t Hooft"],
  ['a;=1+1', 'a;\\u{3d}1+1'],
  ['a\n=1+1', '"a\n\\u{3d}1+1"'],
  ['a\u001b[2J\u009b\u202e\u2066b', 'a\\u{1b}[2J\\u{9b}\\u{202e}\\u{2066}b'],
  ['\\u{1b}', '\\u{5c}u{1b}'],
  ['\\o/ 👨‍👩‍👧 مرحبا', '\\o/ 👨‍👩‍👧 مرحبا'],
])('formats %j so that no spreadsheet and no terminal acts on it', async (name, expected) => {
  expect(textOf(name)).toBe(`email,name\na@x.org,${expected}\n`);
  expect(await readBack(textOf(name))).toEqual([name]);
});

it('gives back every value that it formats', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      "'",
      '"',
      ';',
      ',',
      '\\',
      'u{1b}',
      '\\u{5c}',
      '＝',
      '\u001b',
      '\u2028',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const name = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(name, async (name) => {
      expect(await readBack(textOf(name))).toEqual([name]);
      expect(textOf(name)).not.toMatch(/(?![\n\t]|\r\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      expect(textOf(name)).not.toMatch(/(^|[,;|\t\n]) *"?[=+\-@＝＋－＠]/);
    }),
    { numRuns: 150 },
  );
});

it('leaves escapes of other programs as they are', () => {
  expect(csvValue('\\u{41} \\u{1F600} \\u{} \\u0041')).toBe('\\u{41} \\u{1F600} \\u{} \\u0041');
});
