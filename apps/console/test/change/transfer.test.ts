import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedFields } from '../../src/change/form/field-spec.js';
import { csvRows } from '../../src/change/transfer/csv-rows.js';
import { csvLines, csvValue } from '../../src/change/transfer/csv-text.js';
import { exportRows } from '../../src/change/transfer/export-rows.js';
import { previewOf, rowsOf, sourceOfText } from '../../src/change/transfer/import-source.js';
import { jsonRows } from '../../src/change/transfer/json-rows.js';
import { guessMapping, rowInput } from '../../src/change/transfer/row-input.js';
import { textOf } from '../../src/change/transfer/text-of.js';

/** A text in pieces of a given size, as a file arrives. */
async function* inPieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
const valuesOf = async (text: string, size = 7) =>
  (await all(csvRows(inPieces(text, size)))).map(({ values }) => values);

const cell = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\n', '\r', "'", '=', '+', '-', '@', '\t', 'a', ' ', '＝', 'é', '😀'),
  }),
);

describe('CSV', () => {
  it('returns each text as it was, in whatever pieces it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a: cell, b: cell }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, size) => {
          const text = csvLines(rows, { columns: ['a', 'b'], hasHeader: true });
          expect(await valuesOf(text, size)).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has no cell that a spreadsheet takes for a formula', () => {
    fc.assert(
      fc.property(cell, (text) => {
        const line = csvLines([{ a: text }], { columns: ['a'], hasHeader: false });
        expect(line.replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r＝＋－＠](?!\n$)/);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", "''=1"])('escapes %j, and reads it back', (text) => {
    const line = csvLines([{ a: text }], { columns: ['a'], hasHeader: false });
    expect(line).toMatch(/^"?'/);
    expect(csvValue(`'${text}`)).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['a negative number', -1, '-1'],
    ['a boolean', true, 'true'],
    ['a list', ['a', '=b'], '"[""a"",""=b""]"'],
    ['null', null, ''],
    ['an apostrophe', "'tis", "'tis"],
  ])('leaves %s alone', (_, value, text) => {
    expect(csvLines([{ a: value, b: 'x' }], { columns: ['a', 'b'], hasHeader: false })).toBe(`${text},x\r\n`);
  });

  it.each([
    ['commas', 'a,b\n1,2\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['tabs', 'a\tb\n1\t2'],
    ['the line of Excel', 'sep=;\r\na;b\r\n1;2\r\n'],
    ['lines of old Macs', 'a,b\r1,2\r'],
    ['empty lines', 'a,b\r\n\r\n1,2\r\n\r\n'],
    ['quotes', '"a","b"\r\n"1","2"\r\n'],
  ])('may have %s', async (_, text) => {
    for (const size of [1, 3, 100]) expect(await valuesOf(text, size)).toEqual([{ a: '1', b: '2' }]);
  });

  it('reports a row of another length, and counts it', async () => {
    const rows = await all(csvRows(inPieces('a,b\n1\n1,2', 2)));
    expect(rows).toEqual([
      { number: 1, values: { a: '1', b: '' }, problem: '1 values for 2 columns' },
      { number: 2, values: { a: '1', b: '2' } },
    ]);
  });

  it('rejects two columns of one name, an empty file, and a quote without end', async () => {
    await expect(valuesOf('a,a\n1,2')).rejects.toThrow('two columns named a');
    await expect(valuesOf('')).rejects.toThrow('empty');
    await expect(valuesOf(`a\n"${'x'.repeat(1_100_000)}`, 300_000)).rejects.toThrow('not closed');
  });
});

describe('a file', () => {
  it('is read in pieces that break no character', async () => {
    const blob = new Blob(['\ufeffé😀'.repeat(3)]);
    expect((await all(textOf(blob, { pieceBytes: 1 }))).join('')).toBe('é😀\ufeffé😀\ufeffé😀');
  });

  it('must be in UTF-8', async () => {
    await expect(all(textOf(new Blob([Uint8Array.of(0x61, 0xff)])))).rejects.toThrow('not in UTF-8');
  });

  it('lets other events through while it is read', async () => {
    const source = await sourceOfText(`a,b\n${'1,2\n'.repeat(500_000)}`);
    let events = 0;
    const timer = setInterval(() => events++);
    const rows = rowsOf(source);
    for await (const _ of rows) if (events > 2) break;
    clearInterval(timer);
    expect(events).toBeGreaterThan(2);
  });

  it('of JSON lines has a row for each object', async () => {
    const rows = await all(jsonRows(inPieces('{"a":1}\n\n[1]\r\n{"a"\n{"a":{"b":[2]}}', 3)));
    expect(rows).toEqual([
      { number: 1, values: { a: 1 } },
      { number: 2, values: {}, problem: 'Not a JSON object' },
      { number: 3, values: {}, problem: 'Not JSON' },
      { number: 4, values: { a: { b: [2] } } },
    ]);
  });

  it('is previewed without being read to its end', async () => {
    const source = await sourceOfText(`a\n${'1\n'.repeat(200_000)}`);
    let bytes = 0;
    const reading = rowsOf(source, (read) => {
      bytes = read;
    });
    await reading.next();
    await reading.return(undefined);
    expect(bytes).toBeLessThan(source.blob.size);
    expect((await previewOf(source)).rows).toHaveLength(20);
  });
});

const fields = namedFields({
  properties: {
    email: { type: 'string', minLength: 1 },
    dueAt: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    isOpen: { type: 'boolean' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['email'],
});
const inputOf = (values: Record<string, unknown>, isJson = false) =>
  rowInput({ number: 1, values }, { fields, mapping: guessMapping(Object.keys(values), fields), isJson });

describe('a row', () => {
  it('has its columns guessed by name', () => {
    expect(guessMapping(['E-mail', 'Due at', 'id', 'TAGS', 'tags'], fields)).toEqual({
      'E-mail': 'email',
      'Due at': 'dueAt',
      id: undefined,
      TAGS: 'tags',
      tags: undefined,
    });
  });

  it('becomes an input by the schema', () => {
    expect(inputOf({ email: 'a@b', dueAt: '12', tags: '["x"]', isOpen: 'Yes', note: '' })).toEqual({
      input: { email: 'a@b', dueAt: 12, tags: ['x'], isOpen: true },
      problems: [],
    });
  });

  it('says what is wrong with it', () => {
    expect(inputOf({ email: '', dueAt: 'x', tags: 'a, b' }).problems).toEqual([
      'email: Required',
      'dueAt: Must be a whole number',
      'tags: Must be a list',
    ]);
  });

  it('keeps null of JSON where the schema allows it', () => {
    expect(inputOf({ email: 'a@b', dueAt: null, note: null }, true)).toEqual({
      input: { email: 'a@b', note: null },
      problems: [],
    });
  });

  it('comes back from an export as it was', async () => {
    const row = { id: '1', email: '=a@b', dueAt: -3, tags: ['a', 'b,"c"'], isOpen: false };
    for (const format of ['csv', 'jsonl'] as const) {
      const signal = new AbortController().signal;
      const columns = ['id', 'email', 'dueAt', 'tags', 'isOpen'];
      const parts = await exportRows({ rows: [row], format, columns, signal, onProgress: () => {} });
      const source = await sourceOfText(parts.join(''));
      expect(source.isJson).toBe(format === 'jsonl');
      const [read] = await all(rowsOf(source));
      const { id: _, ...attributes } = row;
      expect(inputOf({ ...read?.values }, source.isJson)).toEqual({ input: attributes, problems: [] });
    }
  });
});
