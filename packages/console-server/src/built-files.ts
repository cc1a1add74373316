import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A folder of built files holds no page. */
export class MissingFilesError extends Error {
  override readonly name = 'MissingFilesError';
  readonly code = 'MISSING_FILES';
}

/** A built file, as it is sent. */
export interface BuiltFile {
  readonly type: string;
  readonly etag: string;
  /** The bytes in an encoding. They are compressed once. */
  encoded(encoding: Encoding): Promise<Buffer>;
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** The built files of the console, by their paths below its folder. */
export interface BuiltFiles {
  /** True if the files may be built later, or anew, while the API runs. */
  readonly mayBeMissing: boolean;
  /** Returns a file; undefined if there is none of this path. */
  find(path: string): Promise<BuiltFile | undefined>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

const isCompressible = (type: string) => /^(text\/|application\/(json|manifest)|image\/svg)/.test(type);

/** Names of built files: no hidden ones, no `..`, nothing encoded. */
const builtPath = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/** The files that `pnpm build` makes of apps/console in this repository. */
const ownFolder = () => fileURLToPath(new URL('../../../apps/console/dist', import.meta.url));

/**
 * Returns the built files of the console.
 *
 * `@fastify/static` would do, but for three things: its current version needs Node 22, it brings 17 packages into the
 * API, and it sends streams, after each of which the API closes the connection.
 * @param setting `on` for the console of this repository, or the path of another folder
 * @param options `mayBeMissing`: in development, the console is built while the API starts
 * @throws MissingFilesError if the folder has no index.html
 */
export function builtFiles(setting: string, { mayBeMissing = false } = {}): BuiltFiles {
  const folder = setting === 'on' ? ownFolder() : path.resolve(setting);
  if (!mayBeMissing && !existsSync(path.join(folder, 'index.html')))
    throw new MissingFilesError(
      `CONSOLE holds ${JSON.stringify(setting)}, but ${folder} has no index.html: run \`pnpm build\`, or set CONSOLE to a folder with the built files of the console, or to nothing`,
    );
  const kept = new Map<string, { readonly version: string; readonly file: BuiltFile }>();
  return {
    mayBeMissing,
    async find(name) {
      const type = types[path.extname(name)];
      if (type === undefined || !builtPath.test(name)) return undefined;
      const file = path.join(folder, name);
      const version = await versionOf(file);
      if (version === undefined) return undefined;
      const known = kept.get(name);
      if (known?.version === version) return known.file; // a build in development replaces files
      // a build that runs may be writing them
      const read = await readBuiltFile(file, type, { isFinal: !mayBeMissing });
      if (read) kept.set(name, { version, file: read });
      return read;
    },
  };
}

async function versionOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? `${found.mtimeMs} ${found.size}` : undefined;
}

async function readBuiltFile(
  file: string,
  type: string,
  { isFinal }: { isFinal: boolean },
): Promise<BuiltFile | undefined> {
  const body = await readFile(file).catch(() => undefined);
  if (!body) return undefined; // removed since, by a build
  const encodings = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(body)]]);
  return {
    type,
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    encoded(encoding) {
      const known = encodings.get(encoding);
      if (known) return known;
      const made =
        encoding === 'identity' || !isCompressible(type)
          ? Promise.resolve(body)
          : compressed(file, body, encoding, isFinal);
      encodings.set(encoding, made);
      return made;
    },
  };
}

const compressors = {
  br: (body: Buffer) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 9 }),
};

/** Returns the file that the build has compressed, or compresses it. */
const compressed = async (file: string, body: Buffer, encoding: 'br' | 'gzip', isFinal: boolean): Promise<Buffer> => {
  const built = isFinal
    ? await readFile(`${file}.${encoding === 'br' ? 'br' : 'gz'}`).catch(() => undefined)
    : undefined;
  return built ?? compressors[encoding](body);
};
