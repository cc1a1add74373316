import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { type BundledPackage, bundledPackages } from './bundled-packages.js';

export type { BundledPackage } from './bundled-packages.js';

export interface BundleOptions {
  /** The source file that exports the handler. */
  readonly entry: string;
  /** The bundle, such as `dist/lambda/index.mjs`. Its folder is created. */
  readonly outFile: string;
  /** Writes a source map beside the bundle. Node reads it with `NODE_OPTIONS=--enable-source-maps`. @default false */
  readonly sourceMap?: boolean | undefined;
  /** @default true */
  readonly minify?: boolean | undefined;
}

/** A bundled function. */
export interface LambdaBundle {
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** The packages in the bundle, the largest first. Two versions of a package are two entries. */
  readonly packages: readonly BundledPackage[];
  /** The source files in the bundle that belong to the workspace, relative to the working directory. */
  readonly ownFiles: readonly string[];
}

/**
 * Bundles a Lambda function into one ES module for Node 20 and later. The bundle includes the AWS SDK, in the version
 * of the lockfile instead of that of the runtime. Packages of the workspace are bundled from source, without a build.
 * @throws the errors of esbuild, such as an import that cannot be resolved
 */
export async function bundleLambda({
  entry,
  outFile,
  sourceMap = false,
  minify = true,
}: BundleOptions): Promise<LambdaBundle> {
  const file = path.resolve(outFile);
  mkdirSync(path.dirname(file), { recursive: true });
  const { metafile } = await build({ ...settings, minify, sourcemap: sourceMap, entryPoints: [entry], outfile: file });
  const bytes = readFileSync(file);
  return {
    file,
    bytes: bytes.length,
    gzipBytes: gzipSync(bytes, { level: 9 }).length,
    ...bundledPackages(metafile),
  };
}

const settings = {
  bundle: true,
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
