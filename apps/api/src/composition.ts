import type { DynamoModelOptions } from '@aws-starter-kit/dynamo/model';
import type { FastifyInstance } from 'fastify';
import { type AppDependencies, buildApp } from './app.js';
import type { Env } from './env.js';
import { liveModels } from './services.js';
import { writeSoon } from './telemetry/buffered-stdout.js';
import { combinedMetrics } from './telemetry/combined-metrics.js';
import { emfMetrics } from './telemetry/emf-metrics.js';
import type { ApiLogger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';
import { type RateLimit, rateLimit } from './trpc/rate-limit.js';

/**
 * Poll interval of the stream, which is the longest delay of a live change. Each poll costs one read unit for each
 * shard.
 */
const livePollMs = 500;

/** The dependencies that differ between the hosts of the API: a server in main.ts, a Lambda function in lambda.ts. */
export interface HostDependencies
  extends Required<Pick<AppDependencies, 'authenticate' | 'audit'>>,
    Pick<AppDependencies, 'metrics' | 'drainMs' | 'invocationOf'> {
  readonly logger: ApiLogger;
  /** Gets the metrics beside those of the environment: for the console. @default none */
  readonly recorder?: Metrics | undefined;
}

/** The API with its connections. */
export interface ComposedApi {
  readonly app: FastifyInstance;
  /** The options of all models, except their logger. They name no client: models load the AWS SDK only if they need it. */
  readonly table: Pick<DynamoModelOptions, 'region' | 'endpoint'> & { readonly tableName: string };
  /** The limit of calls of each caller; undefined if there is none. */
  readonly rateLimit: RateLimit | undefined;
  /** With `METRICS=emf`, writes the metrics since the last flush. */
  flushMetrics(): void;
  /** Resolves when no background request is left, such as the charge of a call after its response. Never rejects. */
  settled(): Promise<void>;
  /** Completes the requests in flight, then closes the connections. */
  close(): Promise<void>;
}

/**
 * Composes the API from its environment, in the same way for every host. It sends no request, and reads neither
 * credentials nor random numbers, so a snapshot of the process contains none.
 */
export async function composeApi(env: Env, host: HostDependencies): Promise<ComposedApi> {
  const { AWS_REGION: region, DYNAMODB_TABLE: tableName } = env;
  const { logger } = host;
  const endpoint = env.AWS_ENDPOINT_URL_DYNAMODB ?? env.AWS_ENDPOINT_URL; // as in the AWS SDK, the endpoint of the service takes precedence
  const table = { region, endpoint, tableName };
  const { RATE_LIMIT_PER_MINUTE: perMinute, RATE_LIMIT_TABLE: limitTable } = env;
  // loaded on demand, like the feed below: both import the AWS SDK
  const shared =
    perMinute > 0 && limitTable
      ? (await import('./trpc/shared-rate-limit.js')).sharedRateLimit({
          ...table,
          tableName: limitTable,
          perMinute,
          logger,
        })
      : undefined;
  const emf = env.METRICS === 'emf' ? emfMetrics({ serviceName: env.SERVICE_NAME, write: writeSoon }) : undefined;
  const live = env.DYNAMODB_STREAM
    ? (await import('@aws-starter-kit/streams')).changeFeed({
        models: liveModels({ ...table, logger }),
        ...table,
        logger,
        pollMs: livePollMs,
      })
    : undefined;

  const limit = shared ?? (perMinute > 0 ? rateLimit(perMinute) : undefined);
  const app = buildApp({
    ...host,
    metrics: combinedMetrics([host.metrics ?? emf, host.recorder]),
    live,
    rateLimit: limit,
    maxConcurrentCalls: env.MAX_CONCURRENT_CALLS,
    maxConcurrentCallsPerCaller: env.MAX_CONCURRENT_CALLS_PER_CALLER,
    trustProxy: env.TRUST_PROXY,
    corsOrigins: env.CORS_ORIGINS,
    table,
  });
  return {
    app,
    table,
    rateLimit: limit,
    flushMetrics: () => emf?.flush(),
    settled: async () => shared?.settled(),
    async close() {
      await app.close();
      emf?.flush();
    },
  };
}
