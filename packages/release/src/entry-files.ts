import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Returns the source files that a package exports, as absolute paths. */
export function entryFiles(folder: string): string[] {
  const { exports = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    exports?: Record<string, { '@aws-starter-kit/source'?: string }>;
  };
  return Object.values(exports)
    .flatMap((conditions) => conditions['@aws-starter-kit/source'] ?? [])
    .map((file) => path.join(folder, file));
}
