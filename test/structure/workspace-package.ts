import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** A package of the workspace, as far as its imports go. */
export interface WorkspacePackage {
  readonly name: string;
  /** What other packages may import, such as `@aws-starter-kit/api/app`. */
  readonly entryPoints: readonly string[];
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  /** The path in the package, such as `src/index.ts`. */
  readonly path: string;
  readonly lineCount: number;
  /** The modules that it imports or exports from, types included, as written. */
  readonly imports: readonly string[];
}

const repository = fileURLToPath(new URL('../..', import.meta.url));
const notSource = ['node_modules', 'dist', 'test', 'results'];
const languages: Record<string, 'ts' | 'tsx' | 'js'> = { '.ts': 'ts', '.tsx': 'tsx', '.mjs': 'js' };

/** Reads all packages of the workspace. */
export function workspacePackages(): WorkspacePackage[] {
  const folders = ['apps', 'packages', 'examples'].flatMap((parent) =>
    readdirSync(join(repository, parent)).map((folder) => join(parent, folder)),
  );
  return [...folders, 'benchmarks', 'infra']
    .filter((folder) => existsSync(join(repository, folder, 'package.json')))
    .map((folder) => readPackage(repository, folder));
}

/** Reads the package in a folder under `root`, without its tests and its build output. */
export function readPackage(root: string, folder: string): WorkspacePackage {
  const at = join(root, folder);
  const { name, exports = {} } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as {
    name: string;
    exports?: object;
  };
  const entryPoints = Object.keys(exports).map((key) => name + key.slice(1));
  return { name, entryPoints, folder, files: sourceFiles(at).map((path) => readSource(at, path)) };
}

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !notSource.includes(name) && !name.startsWith('.'),
  );
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => readdirSync(join(folder, entry.name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && extname(entry.name) in languages)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function readSource(folder: string, path: string): SourceFile {
  const text = readFileSync(join(folder, path), 'utf8');
  const lineCount = text.trimEnd().split('\n').length;
  return { path, lineCount, imports: importsIn(parseAst(text, { lang: languages[extname(path)] ?? 'ts' })) };
}

/**
 * All module names in a syntax tree: of `import`, `export … from`, `import()`, `import x = require()` and types by
 * `import()`.
 */
function importsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, source, expression } = node as { type?: string; source?: Literal; expression?: Literal };
  const module = type === 'TSExternalModuleReference' ? expression : source;
  const own = typeof module?.value === 'string' ? [module.value] : [];
  return [...own, ...Object.values(node).flatMap(importsIn)];
}

interface Literal {
  value?: unknown;
}
