import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findBackwardImports, findCycle, groupNodes, type ImportGraph } from './import-graph.js';
import { packageImports, structureProblems } from './package-structure.js';
import { readPackage, type WorkspacePackage, workspacePackages } from './workspace-package.js';

/**
 * The rooms of the packages that a request passes through, from the bottom to the top: a room imports only those before
 * it.
 */
const orders: Record<string, readonly string[]> = {
  'packages/dynamo': [
    ...[
      'errors',
      'invalid-item-error',
      'parse-input',
      'options',
      'shallow-merge',
      'lazy-module',
      'transport',
      'connection',
      'entity',
    ],
    ...[
      'expressions',
      'call',
      'read',
      'write',
      'table',
      'model-declarations',
      'model-reads',
      'sharded-counter',
      'collection',
      'model-parts',
      'model-batches',
      'dynamo-model',
      'inspect',
      'model',
      'index',
    ],
  ],
  'apps/api': [
    'secure-url',
    'env',
    'services',
    'telemetry',
    'errors',
    'load',
    'auth',
    'live',
    'trpc',
    'http',
    'index',
    'app',
    'composition',
    'lambda',
    'main',
    'healthcheck',
  ],
};

const packages = workspacePackages();

describe('the source of the workspace', () => {
  it.each(packages)('$folder has no import cycle, no backward or deep import and no long file', (checked) => {
    expect(structureProblems(checked, { packages, order: orders[checked.folder] })).toEqual([]);
  });

  it('has no cycle of packages', () => {
    expect(findCycle(packageImports(packages))).toBeUndefined();
  });

  it('is read in full', () => {
    expect(packages.map(({ folder }) => folder)).toEqual(
      expect.arrayContaining(['apps/api', 'packages/dynamo', 'examples/react', 'benchmarks', 'infra']),
    );
    for (const { folder, files } of packages) expect(files.length, folder).toBeGreaterThan(0);
  });
});

const graph = (edges: Record<string, string[]>): ImportGraph =>
  new Map(Object.entries(edges).map(([node, imports]) => [node, new Set(imports)]));

describe('an import graph', () => {
  it.each<[string, ImportGraph, string[] | undefined]>([
    ['no imports', graph({ a: [], b: [] }), undefined],
    ['two ways to one node', graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }), undefined],
    ['a node that imports itself', graph({ a: ['a'] }), ['a', 'a']],
    ['a cycle behind other nodes', graph({ a: ['b'], b: ['c'], c: ['d'], d: ['b'] }), ['b', 'c', 'd', 'b']],
    ['a cycle in a separate part', graph({ a: ['b'], b: [], c: ['b', 'd'], d: ['c'] }), ['c', 'd', 'c']],
  ])('is searched for a cycle: %s', (_, edges, cycle) => {
    expect(findCycle(edges)).toEqual(cycle);
  });

  it('has a backward import where a node imports one above it', () => {
    const edges = graph({ top: ['middle', 'bottom'], middle: ['bottom'], bottom: ['top'] });
    expect(findBackwardImports(edges, ['bottom', 'middle', 'top'])).toEqual(['bottom → top']);
  });

  it('can have a cycle of groups without a cycle of nodes', () => {
    const edges = graph({ 'a/1': ['b/1'], 'a/2': [], 'b/1': ['b/2'], 'b/2': ['a/2'] });
    expect(findCycle(edges)).toBeUndefined();
    const groups = groupNodes(edges, (node) => node.slice(0, 1));
    expect(groups).toEqual(graph({ a: ['b'], b: ['a'] }));
  });
});

describe('the check of a package', () => {
  /** Reads a package that has these files. */
  function packageWith(files: Record<string, string>): WorkspacePackage {
    const root = mkdtempSync(join(tmpdir(), 'package-structure-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const manifest = JSON.stringify({ name: '@here/checked', exports: { '.': './src/index.ts' } });
    for (const [path, text] of Object.entries({ ...files, 'package.json': manifest })) {
      mkdirSync(dirname(join(root, 'checked', path)), { recursive: true });
      writeFileSync(join(root, 'checked', path), text);
    }
    return readPackage(root, 'checked');
  }
  const other: WorkspacePackage = {
    name: '@here/other',
    entryPoints: ['@here/other', '@here/other/app'],
    folder: 'other',
    files: [],
  };
  const problemsOf = (files: Record<string, string>, order?: readonly string[]) => {
    const checked = packageWith(files);
    return structureProblems(checked, { packages: [checked, other], order });
  };

  it.each([
    ['a type', "import type { B } from './b.js';", "import type { A } from './a.js';"],
    ['a value that is exported again', "export * from './b.js';", "export { a } from './a.js';"],
    ['a type by import()', "export type B = import('./b.js').B;", "import './a.js';"],
    ['a module that is loaded later', "export const b = () => import('./b.js');", "import a = require('./a.js');"],
  ])('finds a cycle through %s', (_, a, b) => {
    expect(problemsOf({ 'src/a.ts': a, 'src/b.ts': b })).toEqual([
      'files import in a cycle: src/a.ts → src/b.ts → src/a.ts',
      'rooms import in a cycle: a → b → a',
    ]);
  });

  it('finds a cycle of rooms, even where no files form one', () => {
    const files = {
      'src/read/get.ts': "import '../write/put.js';",
      'src/read/item.ts': '',
      'src/write/put.ts': "import '../read/item.js';",
    };
    expect(problemsOf(files)).toEqual(['rooms import in a cycle: read → write → read']);
    expect(problemsOf(files, ['read', 'write'])).toContain('rooms import backward: read → write');
  });

  it('finds a room that the order lacks, and one that does not exist', () => {
    const files = { 'src/index.ts': "import './read/get.js';", 'src/read/get.ts': '' };
    expect(problemsOf(files, ['read', 'index'])).toEqual([]);
    expect(problemsOf(files, ['write', 'index'])).toEqual([
      'the order lacks the room read',
      'the order names write, which is no room',
    ]);
  });

  it('finds deep imports of other packages, and imports of files that are not source', () => {
    const imports = [
      '@here/other',
      '@here/other/app',
      '@here/other/src/a.js',
      '@here/others',
      '../test/b.js',
      '../../c.js',
    ];
    const files = { 'src/index.ts': imports.map((name) => `import '${name}';`).join('\n'), 'test/b.ts': '' };
    expect(problemsOf(files)).toEqual([
      'src/index.ts imports @here/other/src/a.js, which @here/other does not export',
      'src/index.ts imports ../test/b.js, which is no source file of @here/checked',
      'src/index.ts imports ../../c.js, which is no source file of @here/checked',
    ]);
  });

  it('finds a file of more than 250 lines', () => {
    const lines = (count: number) => 'export {};\n'.repeat(count);
    expect(problemsOf({ 'src/short.ts': lines(250), 'src/long.ts': lines(251) })).toEqual([
      'src/long.ts has more than 250 lines',
    ]);
  });

  it('ignores imports in comments and strings', () => {
    expect(problemsOf({ 'src/a.ts': "// import './b.js';\nexport const text = `import './a.js';`;" })).toEqual([]);
  });
});
