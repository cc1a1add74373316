import ipaddr from 'ipaddr.js';
import * as z from 'zod';

const text = (pattern: RegExp, mayHold: string) => z.string().regex(pattern).describe(mayHold);

const wholeNumber = (from: number, to: number, meaningOfZero = '') =>
  text(/^\d{1,9}$/, '')
    .transform(Number)
    .refine((number) => number >= from && number <= to)
    .describe(`a whole number from ${from}${meaningOfZero} to ${to}`);

/** Values with commas between them. */
const listOf = (isGood: (value: string) => boolean, mayHold: string) =>
  z
    .string()
    .transform((list) => list.split(',').map((value) => value.trim()))
    .refine((values) => values.every(isGood))
    .describe(mayHold);

/** Tokens and keys travel in the open over http: only within this machine. */
const httpsUrl = (mayHold: string) =>
  text(/^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/, mayHold).refine((value) => URL.canParse(value));

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value;
const isNetwork = (value: string) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value);
const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
const nodeEnvs = ['development', 'test', 'production'] as const;

/** The description of each is what a person is told that it may hold. */
const envSchema = z.object({
  PORT: wholeNumber(0, 65_535, ' (any free port)').default(3000),
  HOST: text(/^[\w.:-]+$/, 'a host name or an address, such as 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  DYNAMODB_TABLE: text(/^[\w.-]{3,255}$/, '3 to 255 of a-z A-Z 0-9 _ . -').default('aws-starter-kit-table'),
  AWS_REGION: text(/^[a-z]{2}[a-z0-9-]+$/, 'a region such as us-east-1').default('us-east-1'),
  AWS_ENDPOINT_URL: z
    .url({ protocol: /^https?$/ })
    .describe('a URL such as http://localhost:8000, or nothing for AWS itself')
    .optional(),
  DYNAMO_TRANSPORT: z.enum(['lean', 'sdk']).describe('lean or sdk').default('lean'),
  AUTH_ISSUER: httpsUrl('the https URL of who issues tokens, as in their `iss`').optional(),
  AUTH_AUDIENCE: text(/^\S{1,500}$/, 'whom tokens are for, as in their `aud`').optional(),
  AUTH_JWKS_URL: httpsUrl(
    'the https URL of the keys of AUTH_ISSUER, or nothing: it publishes where they are',
  ).optional(),
  AUTH_TOKEN_FILE: z.string().optional(),
  SERVICE_NAME: z.string().trim().min(1).max(100).describe('1 to 100 characters').default('aws-starter-kit-api'),
  LOG_LEVEL: z.string().toUpperCase().pipe(z.enum(logLevels)).describe(logLevels.join(', ')).default('INFO'),
  NODE_ENV: z.enum(nodeEnvs).describe('development, test or production').default('development'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000, ' (no limit)').default(6000),
  MAX_CONCURRENT_CALLS: wholeNumber(1, 10_000).default(128),
  TRUST_PROXY: listOf(isNetwork, 'addresses of proxies with commas between them, such as 10.0.0.0/8').optional(),
  CORS_ORIGINS: listOf(isOrigin, 'origins with commas between them, such as https://app.example.com').optional(),
  METRICS_PORT: wholeNumber(0, 65_535, ' (any free port)').optional(),
  DRAIN_MS: wholeNumber(0, 3000).default(2000),
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

  const bad = new Set(parsed.error.issues.map(({ path }) => path[0] as keyof Env));
  const lines = [...bad].map((name) => `${name} holds ${JSON.stringify(set[name])}; it may hold ${mayHold(name)}`);
  throw new EnvError(lines.join('\n'));
}

const mayHold = (name: keyof Env) => (envSchema.shape[name].unwrap() as z.ZodType).description;
