import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The version of `aws-lambda-ric`, the client that Lambda's runtimes for Node run. */
export const runtimeClientVersion = '4.0.2';

const run = promisify(execFile);
const localFolder = fileURLToPath(new URL('../../../.local/lambda-runtime', import.meta.url));
/** The installation compiles native code for one ABI version of Node. */
const name = `${runtimeClientVersion}-${process.platform}-${process.arch}-${process.versions.modules}`;
const compilers = ['cmake', 'make', 'g++'];

/** The installed client, or the reason why it cannot be installed. */
export type RuntimeClient = { readonly file: string; readonly missing?: never } | { readonly missing: string };

/**
 * Returns the runtime interface client. On first use, installs it with npm into `.local`, which takes a minute. It
 * needs an install script, which this workspace forbids, so it cannot be a dependency.
 */
export async function runtimeClient(): Promise<RuntimeClient> {
  const folder = path.join(localFolder, name);
  const file = path.join(folder, 'node_modules/aws-lambda-ric/index.mjs');
  if (existsSync(file)) return { file };
  if (process.platform !== 'linux') return { missing: 'aws-lambda-ric is compiled on Linux only' };
  const absent = (await Promise.all(compilers.map(isMissing))).flatMap((isAbsent, i) => (isAbsent ? compilers[i] : []));
  if (absent.length > 0)
    return { missing: `aws-lambda-ric needs ${absent.join(', ')}: apt-get install cmake make g++` };
  await install(folder);
  return { file };
}

const isMissing = (command: string) =>
  run(command, ['--version']).then(
    () => false,
    () => true,
  );

/** Installs into a temporary folder, and renames it when it is complete. */
async function install(folder: string): Promise<void> {
  mkdirSync(localFolder, { recursive: true });
  const building = mkdtempSync(path.join(localFolder, 'building-'));
  try {
    writeFileSync(path.join(building, 'package.json'), '{ "private": true }\n');
    const headers = path.join(path.dirname(process.execPath), '..');
    const withHeaders = existsSync(path.join(headers, 'include/node/node.h')) ? [`--nodedir=${headers}`] : [];
    const flags = ['--ignore-scripts=false', '--engine-strict=false', '--no-audit', '--no-fund', ...withHeaders];
    await run('npm', ['install', `aws-lambda-ric@${runtimeClientVersion}`, ...flags], { cwd: building });
    if (!existsSync(folder)) renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}
