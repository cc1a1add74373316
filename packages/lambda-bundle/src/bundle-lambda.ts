import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { type BundledPackage, bundledPackages } from './bundled-packages.js';

export type { BundledPackage } from './bundled-packages.js';

export interface BundleOptions {
  /** The source file that exports the handler. */
  readonly entry: string;
  /** The file with the handler, such as `dist/lambda/index.mjs`. Its folder is created; the folder `chunks` beside it is replaced. */
  readonly outFile: string;
  /** Writes a source map beside each file. Node reads it with `NODE_OPTIONS=--enable-source-maps`. @default false */
  readonly sourceMap?: boolean | undefined;
  /** @default true */
  readonly minify?: boolean | undefined;
}

/** A bundled function. */
export interface LambdaBundle {
  /** The file with the handler. */
  readonly file: string;
  /** The size of all files together. */
  readonly bytes: number;
  /** The same, each file compressed on its own. */
  readonly gzipBytes: number;
  /** The part of the bundle that the start of the function loads. */
  readonly start: Pick<LambdaBundle, 'bytes' | 'gzipBytes' | 'packages'>;
  /** The packages in the bundle, the largest first. Two versions of a package are two entries. */
  readonly packages: readonly BundledPackage[];
  /** The source files in the bundle that belong to the workspace, relative to the working directory. */
  readonly ownFiles: readonly string[];
}

/**
 * Bundles a Lambda function into ES modules for Node 20 and later: a file with the handler, and a folder `chunks` beside it. Dynamic imports
 * are loaded from there when they are first needed. The bundle includes the AWS SDK, in the version of the lockfile instead of that of the
 * runtime. Packages of the workspace are bundled from source, without a build.
 * @throws the errors of esbuild, such as an import that cannot be resolved
 */
export async function bundleLambda({
  entry,
  outFile,
  sourceMap = false,
  minify = true,
}: BundleOptions): Promise<LambdaBundle> {
  const file = path.resolve(outFile);
  const { dir: outdir, name: out, ext } = path.parse(file);
  rmSync(path.join(outdir, 'chunks'), { recursive: true, force: true });
  const { metafile } = await build({
    ...settings,
    minify,
    sourcemap: sourceMap,
    entryPoints: [{ in: entry, out }],
    outdir,
    outExtension: { '.js': ext },
  });
  const all = Object.keys(metafile.outputs).filter((name) => name.endsWith(ext));
  const { packages, ownFiles } = bundledPackages(metafile, all);
  const atStart = loadedAtStart(metafile, path.relative('', file).replaceAll(path.sep, '/'));
  const start = { ...sizeOf(atStart), packages: bundledPackages(metafile, atStart).packages };
  return { file, ...sizeOf(all), start, packages, ownFiles };
}

/** Returns the names of the file with the handler, and of all files that it imports statically. */
function loadedAtStart({ outputs }: Metafile, entry: string): string[] {
  const loaded = new Set([entry]);
  for (const name of loaded) {
    for (const { path: imported, kind } of outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && imported in outputs) loaded.add(imported);
    }
  }
  return [...loaded];
}

/** Returns the total size of files, each compressed on its own. */
function sizeOf(names: readonly string[]) {
  const files = names.map((name) => readFileSync(name));
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    bytes: sum(files.map(({ length }) => length)),
    gzipBytes: sum(files.map((content) => gzipSync(content, { level: 9 }).length)),
  };
}

const settings = {
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  conditions: ['@aws-starter-kit/source'],
  // prefers ES modules: unused exports cannot be removed from CommonJS
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true as const,
  logLevel: 'error',
  // CommonJS packages require built-in modules of Node
  banner: {
    js: "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);",
  },
} satisfies BuildOptions;
