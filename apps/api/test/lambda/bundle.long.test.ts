import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLambda, type LambdaBundle } from '@aws-starter-kit/lambda-bundle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));
const bundle = (name: string, entry: string) => bundleLambda({ entry, outFile: path.join(folder, name, 'index.mjs') });

let api: LambdaBundle;
beforeAll(async () => {
  api = await bundle('api', path.join(source, 'lambda.ts'));
});

/** Packages whose names come twice. */
const copies = ({ packages }: LambdaBundle) => {
  const names = packages.map(({ name }) => name);
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].sort();
};

describe('the bundle of the API', () => {
  it('has at most 640 KB, compressed', () => {
    expect(api.gzipBytes).toBeLessThan(640 * 1024);
  });

  it('contains no code that only development, a server or another store of rate limits needs', () => {
    const names = api.packages.map(({ name }) => name);
    for (const name of ['local-api', 'local-dynamo', 'openapi', 'generator', 'doctor', 'console-server', 'table'])
      expect(names).not.toContain(`@aws-starter-kit/${name}`);
    for (const name of ['prom-client', 'close-with-grace', 'swagger-ui-dist', 'tsx', 'typescript', 'esbuild'])
      expect(names).not.toContain(name);
    const files = api.ownFiles.map((file) => path.relative(source, path.resolve(file)));
    for (const file of [
      'main.ts',
      'http/dev-page.ts',
      'http/console.ts',
      'telemetry/metrics.ts',
      'auth/local-authentication.ts',
    ])
      expect(files).not.toContain(file);
    expect(files).toContain('lambda.ts');
  });

  it('has each package once, except for those that are needed in two versions', () => {
    expect(copies(api)).toEqual(['fast-uri', 'process-warning']); // ajv and fast-json-stringify, fastify and pino
  });

  it('has the AWS SDK, so that its version is that of the lockfile', () => {
    expect(api.packages.map(({ name }) => name)).toContain('@aws-sdk/client-dynamodb');
    const chunks = path.join(path.dirname(api.file), 'chunks');
    const files = [api.file, ...readdirSync(chunks).map((name) => path.join(chunks, name))];
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const imported = [...text.matchAll(/\bfrom\s*"([^"]+)"/g)].map(([, name = '']) => name);
    expect(imported).toContainEqual(expect.stringMatching(/^\.\/chunks\//));
    expect(imported.filter((name) => !name.startsWith('.') && !isBuiltin(name))).toEqual([]);
  });
});

describe('the report of a bundle', () => {
  it('lists the packages that only a server uses', async () => {
    const main = await bundle('main', path.join(source, 'main.ts'));
    const names = main.packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['prom-client', 'close-with-grace', '@aws-starter-kit/local-api']));
  });

  it('lists both copies of a package', async () => {
    const entry = path.join(folder, 'twice.mjs');
    const copied = path.join(folder, 'node_modules/zod');
    mkdirSync(copied, { recursive: true });
    writeFileSync(path.join(copied, 'package.json'), '{ "name": "zod", "version": "0.0.1", "main": "index.js" }');
    writeFileSync(path.join(copied, 'index.js'), 'exports.copied = () => 1;');
    const [env] = api.ownFiles.filter((file) => file.endsWith('apps/api/src/env.ts'));
    writeFileSync(
      entry,
      `import { copied } from 'zod'; import { readEnv } from ${JSON.stringify(path.resolve(env ?? ''))};
      export const handler = () => [copied(), readEnv({})];`,
    );
    expect(copies(await bundle('twice', entry))).toEqual(['zod']);
  });
});
