import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Settings } from './settings.js';
import type { SignIn } from './sign-in.js';
import type { TableReference } from './table.js';

/** The settings and resources that the API needs on every platform. */
export interface ApiContext {
  /** Name in each log line and metric. */
  readonly serviceName: string;
  readonly settings: Settings;
  readonly table: TableReference;
  readonly signIn: SignIn;
  /** Undefined if each function instance or task counts separately. */
  readonly rateLimitTable: TableV2 | undefined;
}

/**
 * Returns the environment variables of the API that are the same on every platform. `apps/api/src/env.ts` validates
 * them at start.
 */
export function apiEnvironment({
  serviceName,
  settings,
  table,
  signIn,
  rateLimitTable,
}: ApiContext): Record<string, string> {
  return {
    NODE_ENV: 'production',
    SERVICE_NAME: serviceName,
    LOG_LEVEL: settings.logLevel,
    METRICS: 'emf',
    DYNAMODB_TABLE: table.name,
    DYNAMODB_INDEXES: String(settings.table.indexes),
    DYNAMODB_STREAM: settings.liveChanges ? 'on' : 'off',
    AUTH_ISSUER: signIn.issuer,
    AUTH_AUDIENCE: signIn.audience,
    ...(signIn.jwksUrl !== undefined && { AUTH_JWKS_URL: signIn.jwksUrl }),
    RATE_LIMIT_PER_MINUTE: String(settings.rateLimitPerMinute),
    ...(rateLimitTable && { RATE_LIMIT_TABLE: rateLimitTable.tableName }),
    ...(settings.corsOrigins.length > 0 && { CORS_ORIGINS: settings.corsOrigins.join(',') }),
  };
}
