import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { checkCredentials, type DynamoModelOptions, TableNotFoundError } from '@aws-starter-kit/dynamo/model';
import { createTableWhenReady, ReadableLogger, TokenFileError, writeTokenFile } from '@aws-starter-kit/local-api';
import { UserModel } from '@aws-starter-kit/users';
import closeWithGrace from 'close-with-grace';
import { chooseAuthentication } from './auth/local-authentication.js';
import { composeApi } from './composition.js';
import { type Env, EnvError, readEnv } from './env.js';
import { addDevPages } from './http/dev-page.js';
import { auditFile } from './telemetry/audit-file.js';
import { auditTrail } from './telemetry/audit-trail.js';
import { apiLogger, jsonLogger } from './telemetry/logger.js';
import { permissionsOf } from './trpc/needed-permissions.js';
import { appRouter } from './trpc/router.js';

/** Time between two lines of the same metric for CloudWatch, whose shortest period is a minute. */
const metricsIntervalMs = 10_000;

try {
  loadEnvFile();
  await start(readEnv(process.env));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** In development the trail is kept out of the terminal. */
function localAuditFile(): string {
  return fileURLToPath(new URL('../../../.local/audit.log', import.meta.url));
}

/** Composes the API and starts it. It runs until the process gets a signal. */
async function start(env: Env): Promise<void> {
  // loaded only if it is on: it describes the whole API
  const shown = env.CONSOLE === undefined ? undefined : await import('./http/console.js');
  const permissions = [...permissionsOf(appRouter), ...(shown?.consolePermissions ?? [])];
  const { authenticate, localToken, issueToken, pageSecret } = await chooseAuthentication(env, permissions);
  const { SERVICE_NAME: serviceName, LOG_LEVEL: logLevel } = env;
  const logger = process.stdout.isTTY ? apiLogger(new ReadableLogger(logLevel)) : jsonLogger({ serviceName, logLevel });
  const isProduction = env.NODE_ENV === 'production';
  // loaded only if needed: prom-client takes long to load
  const metrics = env.METRICS_PORT === undefined ? undefined : (await import('./telemetry/metrics.js')).makeMetrics();
  const metricsServer = metrics?.server();

  const auditTo = env.AUDIT_FILE ?? (env.NODE_ENV === 'development' ? localAuditFile() : undefined);
  const audit = auditTrail({ serviceName, write: auditTo === undefined ? undefined : auditFile(auditTo) });
  const recorder = shown?.metricsRing();

  const { app, table, rateLimit, flushMetrics, close } = await composeApi(env, {
    authenticate,
    logger,
    audit,
    metrics,
    recorder,
    drainMs: isProduction ? env.DRAIN_MS : 0, // a restart during development should be quick
  });
  if (env.NODE_ENV === 'development') addDevPages(app);
  const pathOfConsole = shown?.addConsole(app, {
    ...{ env, authenticate, issueToken, pageSecret, rateLimit, audit },
    metrics: recorder,
    table,
  });
  if (env.METRICS) setInterval(flushMetrics, metricsIntervalMs).unref();
  const closing = new AbortController();
  closeWithGrace({ delay: 10_000, logger: app.log }, async ({ err }) => {
    if (err) logger.critical('Stopped by an uncaught error', err);
    closing.abort();
    await close();
    metricsServer?.close(); // last, so that the shutdown can be observed
  });

  if (isProduction) {
    await assertCredentials(table);
    await assertTableExists({ ...table, logger });
  }
  if (metricsServer) {
    await once(metricsServer.listen(env.METRICS_PORT, env.HOST), 'listening');
    logger.info(`Metrics at http://${env.HOST}:${(metricsServer.address() as AddressInfo).port}/metrics`);
  }
  const urls = (address: string) => `API at ${address}/trpc, health at ${address}/livez and ${address}/readyz`;
  const address = await app.listen({ port: env.PORT, host: env.HOST, listenTextResolver: urls });
  // in development the URLs are printed at every level: `pnpm dev` asks for warnings only
  const isQuiet = env.NODE_ENV === 'development' && ['WARN', 'ERROR'].includes(env.LOG_LEVEL);
  const print = (text: string) => (isQuiet ? process.stdout.write(`${text}\n`) : logger.info(text));
  if (isQuiet) print(urls(address));
  if (localToken) {
    // after listen: on a taken port, the file belongs to the other API
    const file = writeTokenFile(localToken, env.AUTH_TOKEN_FILE);
    // arguments are visible to other users of the machine, so the token is not one
    print(`To call it: sed 's/^/Authorization: Bearer /' '${file}' | curl -H @- ${address}/trpc/users.count`);
  }
  if (pathOfConsole) print(`Console at ${address}${pathOfConsole}`);
  if (env.NODE_ENV === 'development') {
    print(`In a browser: ${address}/docs`);
    await createTableWhenReady({ ...table, logger }, closing.signal);
  }
}

/** Checks in production that requests can be signed: each call would fail otherwise. @throws EnvError */
async function assertCredentials(table: DynamoModelOptions): Promise<void> {
  try {
    await checkCredentials(table);
  } catch (cause) {
    const ways = 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the process a role';
    const [reason] = cause instanceof Error ? cause.message.split('\n') : [];
    throw new EnvError(`There are no AWS credentials (${reason}): set ${ways}`, { cause });
  }
}

/**
 * Checks in production, where no table is created by accident. A database that does not answer is no reason not to
 * start: `/readyz` reports it.
 */
async function assertTableExists(options: DynamoModelOptions): Promise<void> {
  try {
    await new UserModel(options).getById('startup', { deadlineMs: 2000 });
  } catch (error) {
    if (error instanceof TableNotFoundError) throw error;
    options.logger?.warn('The database does not answer yet', { error: error as Error });
  }
}

/** Loads `.env` of the working directory, else of the repository. Variables that are set already take precedence. */
function loadEnvFile(): void {
  const file = ['.env', fileURLToPath(new URL('../../../.env', import.meta.url))].find((file) => existsSync(file));
  if (file) process.loadEnvFile(file);
}

/** Returns one line for an error that the user can fix, and the stack of any other. */
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
