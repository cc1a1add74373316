import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadEnvFile, runWithEngine } from '@aws-starter-kit/local-dynamo';
import { chooseApiPort, PortError } from './choose-api-port.js';

process.chdir(fileURLToPath(new URL('../../..', import.meta.url)));
loadEnvFile('.env');

const print = (text: string) => void process.stderr.write(`${text}\n`);
try {
  process.exit(await dev());
} catch (error) {
  // the message of an error with a code explains it; any other error is a bug, which needs its stack
  print(error instanceof Error && ('code' in error || error instanceof PortError) ? error.message : String(error));
  process.exit(1);
}

/** Starts an engine, the API and the demo, all on ports that are free, and returns an exit code. */
async function dev(): Promise<number> {
  const { port, isOther } = await chooseApiPort(process.env, print);
  // the other API has written its token to the default file
  const tokenFile = isOther ? { AUTH_TOKEN_FILE: path.join('.local', `api-token-${port}`) } : {};
  // apps/console is built beside the API, and again after each edit; until then, its page says so
  const built = path.resolve('apps/console/.dev', String(port));
  const shown = existsSync('apps/console/package.json') ? { CONSOLE: built } : {};
  const { CONSOLE = 'on' } = process.env;
  const isOwn = CONSOLE === '' || CONSOLE === 'on'; // any other value is a folder with other files
  const defaults = { LOG_LEVEL: 'WARN', DYNAMODB_STREAM: 'on', TURBO_TELEMETRY_DISABLED: '1', ...tokenFile };
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const exitCode = await runWithEngine({
    command: ['turbo', 'run', 'dev', '--filter=./apps/*', '--log-prefix=none', '--output-logs=new-only'],
    env: { ...defaults, ...given, ...(isOwn && shown), PORT: String(port) },
    print,
  });
  // the next start takes another port, and would leave these files behind
  if (isOther || process.env.PORT === '0') rmSync(built, { recursive: true, force: true });
  return exitCode;
}
