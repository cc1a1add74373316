import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryFiles } from '../../packages/local-dev/src/repository-files.js';
import { blocksIn, blocksOf, commandsIn, documents, root } from './blocks.js';
import { claims } from './claims.js';
import { commands } from './commands.js';

const all = documents();

const sources = repositoryFiles(root);

/** Documents about files that `pnpm gen entity` writes. */
const ofGeneratedFiles = ['docs/your-first-entity.md', 'packages/generator/README.md'];

/** Returns the anchors of a document's headings, as GitHub forms them. */
const headingsOf = (document: string): string[] =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Returns the rows of a document: its own, or those of a README that a test of its package runs. */
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

  it('for a shell are its commands, without comments and output', () => {
    expect(commandsIn({ line: 1, info: 'sh', text: 'a b   # c\n# d\n\na#b' })).toEqual(['a b', 'a#b']);
    expect(commandsIn({ line: 1, info: 'console', text: '$ a\nprinted' })).toEqual(['a']);
  });
});

describe.each(all)('%s', (document) => {
  const blocks = blocksOf(document);

  it('has a row for each of its blocks', () => {
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

  it('is read by the tests that run its blocks', () => {
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

  it('has no link to a missing file or heading', () => {
    const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```.*?^```/gms, '');
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = links.filter(([, path = '', heading]) => {
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && target.endsWith('.md') && !headingsOf(target).includes(heading);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it.skipIf(ofGeneratedFiles.includes(document))('names no source file that is missing', () => {
    const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```.*?^```/gms, '');
    const names = [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !sources.some((source) => `/${source}`.endsWith(`/${name}`)))).toEqual([]);
  });
});

it('docs/README.md lists every document', () => {
  const links = [...readFileSync(join(root, 'docs/README.md'), 'utf8').matchAll(/\]\(([^)#\s]+)/g)];
  const listed = links.map(([, path = '']) => join('docs', path));
  const documents = all.filter((document) => !/^\.|^docs\/README|^benchmarks\/results\//.test(document));
  expect(documents.filter((document) => !listed.includes(document))).toEqual([]);
});

describe('the tables of claims', () => {
  it('name no document and no command that does not exist', () => {
    expect(Object.keys(claims).filter((document) => !all.includes(document))).toEqual([]);
    const used = new Set(
      Object.entries(claims).flatMap(([document, rows]) =>
        rows.flatMap(([, by], index) => (by === 'commands' ? commandsIn(blocksOf(document)[index] as never) : [])),
      ),
    );
    expect(Object.keys(commands).filter((command) => !used.has(command))).toEqual([]);
  });

  it('name existing tests and commands', () => {
    const elsewhere = Object.values(commands).flatMap((one) => ('by' in one ? [one.by] : []));
    expect(elsewhere.filter((by) => !(by in commands) && !existsSync(join(root, by)))).toEqual([]);
  });
});

describe('blocks that are only shown', () => {
  it('the folders of the README exist', () => {
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

  it('the files of apps/api exist', () => {
    const list = blocksOf('apps/api/README.md').find(({ info }) => info === 'text only')?.text ?? '';
    const files = list.match(/[\w-]+\.ts\b/g) ?? [];
    expect(files.length).toBeGreaterThan(15);
    const there = readdirSync(join(root, 'apps/api/src'), { recursive: true }).map((file) => basename(String(file)));
    expect(files.filter((file) => !there.includes(file))).toEqual([]);
  });

  it('the files of the diagram of a call exist', () => {
    const diagram = blocksOf('docs/README.md').find(({ info }) => info === 'mermaid')?.text ?? '';
    let folder = '';
    const missing: string[] = [];
    for (const line of diagram.split('\n')) {
      folder = /subgraph \w+ \["(.*)"\]/.exec(line)?.[1] ?? folder;
      for (const [, path = ''] of line.matchAll(/<b>(.*?)<\/b>/g)) {
        if (!existsSync(join(root, folder, path)) && !existsSync(join(root, path))) missing.push(path);
      }
    }
    expect(folder).toBe('packages/dynamo/src');
    expect(missing).toEqual([]);
  });

  it('the functions of an adapter of the benchmarks are those of the adapters', () => {
    const shape = blocksOf('benchmarks/README.md').find(({ info }) => info === 'text only')?.text ?? '';
    const names = [...shape.matchAll(/\b(\w+)\(/g)].map(([, name = '']) => name).filter((name) => name !== 'make');
    expect(names.length).toBeGreaterThan(3);
    const adapter = readFileSync(join(root, 'benchmarks/adapters/electrodb.mjs'), 'utf8');
    expect(names.filter((name) => !adapter.includes(name))).toEqual([]);
  });
});
