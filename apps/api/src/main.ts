import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { createDynamoClient, type DynamoModelOptions, TableNotFoundError } from '@aws-starter-kit/dynamo';
import { leaveToken, makeTable, ReadableLogger, TokenFileError } from '@aws-starter-kit/local-api';
import { UserModel } from '@aws-starter-kit/users';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.js';
import { callRate } from './call-rate.js';
import { chooseAuthentication } from './choose-authentication.js';
import { type Env, EnvError, readEnv } from './env.js';
import { JsonLogger } from './json-logger.js';
import { makeServices } from './services.js';

// The SDK's newest versions will need Node 22; the ones that the lockfile names work with ours, so its warning is noise.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// V8 learns, under the first load, that what is made for a request lives long, makes it in the old heap from then on, and keeps with it all
// that it leads to: most collections of young objects took 8 ms instead of 2 to 3.
setFlagsFromString('--no-allocation-site-pretenuring');

try {
  loadEnvFile();
  await start(readEnv(process.env));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** Puts the API together and lets it run until the process is told to stop. */
async function start(env: Env): Promise<void> {
  const { authenticate, localToken } = await chooseAuthentication(env);
  const OwnLogger = process.stdout.isTTY ? ReadableLogger : JsonLogger;
  const logger = new OwnLogger({ serviceName: env.SERVICE_NAME, logLevel: env.LOG_LEVEL });
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, DYNAMODB_TABLE: tableName } = env;
  const client = createDynamoClient({ region, ...(endpoint && { endpoint }) });
  const isProduction = env.NODE_ENV === 'production';
  // its package takes long to load
  const metrics = env.METRICS_PORT === undefined ? undefined : (await import('./metrics.js')).makeMetrics();
  const metricsServer = metrics?.server();

  const app = buildApp({
    logger,
    authenticate,
    metrics,
    callRate: env.RATE_LIMIT_PER_MINUTE > 0 ? callRate(env.RATE_LIMIT_PER_MINUTE) : undefined,
    maxConcurrentCalls: env.MAX_CONCURRENT_CALLS,
    trustProxy: env.TRUST_PROXY,
    corsOrigins: env.CORS_ORIGINS,
    drainMs: isProduction ? env.DRAIN_MS : 0, // nobody waits for a restart at a desk
    services: (logger) => makeServices({ client, tableName, logger }),
  });
  const closing = new AbortController();
  closeWithGrace({ delay: 10_000, logger: app.log }, async ({ err }) => {
    if (err) logger.critical('Stopped by an error that nothing caught', err);
    closing.abort();
    await app.close();
    metricsServer?.close(); // last, so that the end can be watched too
    client.destroy();
  });

  if (isProduction) await refuseMissingTable({ client, tableName, logger });
  if (metricsServer) {
    await once(metricsServer.listen(env.METRICS_PORT, env.HOST), 'listening');
    logger.info(`Metrics at http://${env.HOST}:${(metricsServer.address() as AddressInfo).port}/metrics`);
  }
  const place = (address: string) => `API at ${address}/trpc, health at ${address}/livez and ${address}/readyz`;
  const address = await app.listen({ port: env.PORT, host: env.HOST, listenTextResolver: place });
  // at a desk, whoever asks for warnings only (`pnpm dev` does) still wants to know where it is
  const isQuiet = env.NODE_ENV === 'development' && ['WARN', 'ERROR'].includes(env.LOG_LEVEL);
  const say = (text: string) => (isQuiet ? process.stdout.write(`${text}\n`) : logger.info(text));
  if (isQuiet) say(place(address));
  if (localToken) {
    const file = leaveToken(localToken, env.AUTH_TOKEN_FILE); // now that nobody else listens here, whose token this would be instead
    say(`To call it: curl -H "Authorization: Bearer $(cat '${file}')" ${address}/trpc/users.count`);
  }
  if (env.NODE_ENV === 'development') await makeTable({ client, tableName, endpoint, logger }, closing.signal);
}

/** For production, where nobody makes a table by accident. A database that does not answer is no reason to stay down: `/readyz` tells. */
async function refuseMissingTable(options: DynamoModelOptions): Promise<void> {
  try {
    await new UserModel(options).getById('startup', { deadlineMs: 2000 });
  } catch (error) {
    if (error instanceof TableNotFoundError) throw error;
    options.logger?.warn('The database does not answer yet', { error: error as Error });
  }
}

/** Loads `.env` of the working directory, else of the repository. What the environment holds already comes first. */
function loadEnvFile(): void {
  const file = ['.env', fileURLToPath(new URL('../../../.env', import.meta.url))].find((file) => existsSync(file));
  if (file) process.loadEnvFile(file);
}

/** A mistake that a person can mend, in one line; anything else with its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ([EnvError, TableNotFoundError, TokenFileError].some((kind) => error instanceof kind)) return error.message;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  const variable = String(port) === process.env.METRICS_PORT ? 'METRICS_PORT' : 'PORT';
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is taken: stop what runs there, or set ${variable} to another`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `Cannot listen there: ${error.message}; set HOST and PORT`;
  return error.stack ?? error.message;
}
