import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksIn, blocksOf, commandsIn, documents, root } from './blocks.js';
import { claims } from './claims.js';
import { commands } from './commands.js';

const all = documents();

/** The rows of a document: its own, or those of a README whose package has a test that runs it. */
function rowsOf(document: string): readonly (readonly [info: string, by: string])[] {
  const rows = claims[document];
  const folder = join(root, dirname(document), 'test');
  if (rows !== undefined || !document.endsWith('/README.md') || !existsSync(folder)) return rows ?? [];
  const test = readdirSync(folder).find((file) => /^readme.*\.test\.ts$/.test(file));
  const programs = blocksOf(document).filter(({ info }) => info === 'ts' || info === 'text');
  return test === undefined ? [] : programs.map(({ info }) => [info, join(dirname(document), 'test', test)] as const);
}

describe('blocks of a document', () => {
  it('are found by backticks and tildes, indented, quoted, inside each other and unclosed', () => {
    const text = [
      '```ts',
      'a',
      '```',
      '- x',
      '  ~~~sh',
      '  ```',
      '  ~~~',
      '> ```',
      '> b',
      '> ```',
      '````md',
      '```',
      '````',
      '```js',
      'c',
    ];
    expect(blocksIn(text.join('\n')).map(({ line, info }) => [line, info])).toEqual([
      [1, 'ts'],
      [5, 'sh'],
      [8, ''],
      [11, 'md'],
      [14, 'js'],
    ]);
  });

  it('for a shell are its commands, without comments and what they print', () => {
    expect(commandsIn({ line: 1, info: 'sh', text: 'a b   # c\n# d\n\na#b' })).toEqual(['a b', 'a#b']);
    expect(commandsIn({ line: 1, info: 'console', text: '$ a\nprinted' })).toEqual(['a']);
  });
});

describe.each(all)('%s', (document) => {
  const blocks = blocksOf(document);

  it('has no block that no test runs', () => {
    const found = blocks.map(({ info }) => info);
    expect(
      found,
      `Each block needs a row, in order, in test/docs/claims.ts; lines ${blocks.map(({ line }) => line)}`,
    ).toEqual(rowsOf(document).map(([info]) => info));
    for (const [index, [, by]] of rowsOf(document).entries()) {
      const block = blocks[index];
      if (by !== 'commands' || block === undefined) continue;
      const unknown = commandsIn(block).filter((command) => !(command in commands));
      expect(unknown, 'Each of these needs a row in test/docs/commands.ts').toEqual([]);
    }
  });

  it('is read by the tests that are said to run its blocks', () => {
    const tests = new Set(
      rowsOf(document)
        .map(([, by]) => by)
        .filter((by) => by !== 'commands' && by !== 'not built'),
    );
    for (const test of tests) {
      const reads = /claims\.test\.ts$/.test(test) || readFileSync(join(root, test), 'utf8').includes('.md');
      expect({ test, reads }).toEqual({ test, reads: true });
    }
  });

  it('has no link to a file that is not there', () => {
    const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```.*?^```/gms, '');
    const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });
});

describe('the tables of claims', () => {
  it('name no document and no command that is gone', () => {
    expect(Object.keys(claims).filter((document) => !all.includes(document))).toEqual([]);
    const used = new Set(
      Object.entries(claims).flatMap(([document, rows]) =>
        rows.flatMap(([, by], index) => (by === 'commands' ? commandsIn(blocksOf(document)[index] as never) : [])),
      ),
    );
    expect(Object.keys(commands).filter((command) => !used.has(command))).toEqual([]);
  });

  it('name tests and commands that are there, for what runs elsewhere', () => {
    const elsewhere = Object.values(commands).flatMap((one) => ('by' in one ? [one.by] : []));
    expect(elsewhere.filter((by) => !(by in commands) && !existsSync(join(root, by)))).toEqual([]);
  });
});

describe('what is only shown', () => {
  it('the folders of the README are there', () => {
    const tree = blocksOf('README.md').find(({ info }) => info === 'text only')?.text ?? '';
    let parent = '';
    const paths = tree.split('\n').map((line) => {
      const [, indent = '', path = ''] = /^( *)(\S+)/.exec(line) ?? [];
      if (indent === '') parent = path;
      return indent === '' ? path : parent + path;
    });
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('the files of apps/api are there', () => {
    const list = blocksOf('apps/api/README.md').find(({ info }) => info === 'text only')?.text ?? '';
    const files = list.match(/[\w-]+\.ts\b/g) ?? [];
    expect(files.length).toBeGreaterThan(15);
    expect(files.filter((file) => !existsSync(join(root, 'apps/api/src', file)))).toEqual([]);
  });

  it('the functions of an adapter of the benchmarks are those of the adapters', () => {
    const shape = blocksOf('benchmarks/README.md').find(({ info }) => info === 'text only')?.text ?? '';
    const names = [...shape.matchAll(/\b(\w+)\(/g)].map(([, name = '']) => name).filter((name) => name !== 'make');
    expect(names.length).toBeGreaterThan(3);
    const adapter = readFileSync(join(root, 'benchmarks/adapters/electrodb.mjs'), 'utf8');
    expect(names.filter((name) => !adapter.includes(name))).toEqual([]);
  });
});
