import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createDynamoClient, TableNotFoundError } from '@aws-starter-kit/dynamo';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.js';
import { callRate } from './call-rate.js';
import { chooseAuthentication } from './choose-authentication.js';
import { type Env, EnvError, readEnv } from './env.js';
import { leaveToken } from './local-issuer.js';
import { createLogger } from './logger.js';
import { makeMetrics } from './metrics.js';
import { makeTable, refuseMissingTable } from './prepare-table.js';
import { makeServices } from './services.js';

// The SDK's newest versions will need Node 22; the ones that the lockfile names work with ours, so its warning is noise.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

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
  const logger = createLogger({ serviceName: env.SERVICE_NAME, level: env.LOG_LEVEL });
  const client = createDynamoClient({
    region: env.AWS_REGION,
    ...(env.AWS_ENDPOINT_URL && { endpoint: env.AWS_ENDPOINT_URL }),
  });
  const table = { client, tableName: env.DYNAMODB_TABLE, endpoint: env.AWS_ENDPOINT_URL, logger };

  const isProduction = env.NODE_ENV === 'production';
  const metrics = env.METRICS_PORT === undefined ? undefined : makeMetrics();
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
    services: (logger) => makeServices({ client, tableName: env.DYNAMODB_TABLE, logger }),
  });
  const closing = new AbortController();
  closeWithGrace({ delay: 10_000, logger: app.log }, async ({ err }) => {
    if (err) logger.critical('Stopped by an error that nothing caught', err);
    closing.abort();
    await app.close();
    metricsServer?.close(); // last, so that the end can be watched too
    client.destroy();
  });

  if (isProduction) await refuseMissingTable(table);
  const place = (address: string) => `API at ${address}/trpc, health at ${address}/livez and ${address}/readyz`;
  const address = await app.listen({ port: env.PORT, host: env.HOST, listenTextResolver: place });
  // at a desk, whoever asks for warnings only (`pnpm dev` does) still wants to know where it is
  const isQuiet = env.NODE_ENV === 'development' && ['WARN', 'ERROR'].includes(env.LOG_LEVEL);
  const say = (text: string) => (isQuiet ? process.stdout.write(`${text}\n`) : logger.info(text));
  if (isQuiet) say(place(address));
  if (localToken) {
    const file = leaveToken(localToken, env.AUTH_TOKEN_FILE); // now that nobody else listens here, whose token this would be instead
    const header = `Authorization: Bearer $(cat '${file}')`;
    say(`To call it: curl -H "${header}" ${address}/trpc/users.count`);
  }
  metricsServer?.listen(env.METRICS_PORT, env.HOST, () => {
    const { port } = metricsServer.address() as AddressInfo;
    logger.info(`Metrics at http://${env.HOST}:${port}/metrics`);
  });
  if (env.NODE_ENV === 'development') await makeTable(table, closing.signal);
}

/** Loads `.env` of the working directory, else of the repository. What the environment holds already comes first. */
function loadEnvFile(): void {
  const files = ['.env', fileURLToPath(new URL('../../../.env', import.meta.url))];
  const file = files.find((file) => existsSync(file));
  if (file) process.loadEnvFile(file);
}

/** A mistake that a person can mend, in one line; anything else with its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof EnvError || error instanceof TableNotFoundError) return error.message;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken: stop what runs there, or set PORT to another`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `Cannot listen there: ${error.message}; set HOST and PORT`;
  return error.stack ?? error.message;
}
