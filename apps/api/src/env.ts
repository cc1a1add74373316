import ipaddr from 'ipaddr.js';
import * as z from 'zod';

/** Tokens and keys travel in the open over http: only within this machine. */
const httpsUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(url))
  .optional();

const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((number) => number >= from && number <= to);

/** Values with commas between them. */
const listOf = (isGood: (value: string) => boolean) =>
  z
    .string()
    .transform((text) => text.split(',').map((value) => value.trim()))
    .refine((values) => values.every(isGood))
    .optional();

/** The description, said last, is what a person is told that the variable may hold. */
const envSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000).describe('a whole number from 0 (any free port) to 65535'),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default('127.0.0.1')
    .describe('a host name or an address, such as 127.0.0.1 or 0.0.0.0'),
  DYNAMODB_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .default('aws-starter-kit-table')
    .describe('3 to 255 of a-z A-Z 0-9 _ . -'),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}[a-z0-9-]+$/)
    .default('us-east-1')
    .describe('a region such as us-east-1'),
  AWS_ENDPOINT_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('a URL such as http://localhost:8000, or nothing for AWS itself'),
  AUTH_ISSUER: httpsUrl.describe('the https URL of who issues tokens, as in their `iss`'),
  AUTH_AUDIENCE: z
    .string()
    .regex(/^\S{1,500}$/)
    .optional()
    .describe('whom tokens are for, as in their `aud`'),
  AUTH_JWKS_URL: httpsUrl.describe('the https URL of the keys of AUTH_ISSUER, or nothing: it publishes where they are'),
  AUTH_TOKEN_FILE: z.string().optional().describe('the path of a file'),
  SERVICE_NAME: z.string().trim().min(1).max(100).default('aws-starter-kit-api').describe('1 to 100 characters'),
  LOG_LEVEL: z.string().toUpperCase().pipe(z.enum(logLevels)).default('INFO').describe(logLevels.join(', ')),
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('development, test or production'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000)
    .default(6000)
    .describe('a whole number from 0 (no limit) to 1000000'),
  MAX_CONCURRENT_CALLS: wholeNumber(1, 10_000).default(128).describe('a whole number from 1 to 10000'),
  TRUST_PROXY: listOf((value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value)).describe(
    'addresses of proxies with commas between them, such as 10.0.0.0/8',
  ),
  CORS_ORIGINS: listOf((value) => URL.canParse(value) && new URL(value).origin === value).describe(
    'origins with commas between them, such as https://app.example.com',
  ),
  METRICS_PORT: wholeNumber(0, 65_535).optional().describe('a whole number from 0 (any free port) to 65535'),
  DRAIN_MS: wholeNumber(0, 3000).default(2000).describe('a whole number from 0 to 3000'),
});

/** The variables that the API reads, checked and with their defaults. */
export type Env = Readonly<z.infer<typeof envSchema>>;

/** A variable holds what it may not hold. The message has one line for each: the variable, what it holds, what it may hold. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** Reads the environment. An empty variable counts as unset. @throws EnvError */
export function readEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = envSchema.safeParse(set);
  if (parsed.success) return parsed.data;

  const bad = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new EnvError(
    [...bad].map((name) => `${name} holds ${JSON.stringify(set[name])}; it may hold ${mayHold(name)}`).join('\n'),
  );
}

const mayHold = (name: string) =>
  name in envSchema.shape ? envSchema.shape[name as keyof Env].description : undefined;
