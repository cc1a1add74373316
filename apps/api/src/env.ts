import { environmentVariables as dynamo, type EnvironmentVariable } from '@aws-starter-kit/dynamo/model';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { isSecureUrl } from './secure-url.js';

/** A variable that the models read too, checked by their rule. */
const shared = <T>({ parse, allowed }: EnvironmentVariable<T>) =>
  z
    .string()
    .refine((text) => parse(text) !== undefined)
    .transform((text) => parse(text) as T)
    .describe(allowed);

const text = (pattern: RegExp, allowed: string) => z.string().regex(pattern).describe(allowed);

const wholeNumber = (from: number, to: number, meaningOfZero = '') =>
  text(/^\d{1,9}$/, '')
    .transform(Number)
    .refine((number) => number >= from && number <= to)
    .describe(`a whole number from ${from}${meaningOfZero} to ${to}`);

/** Comma-separated values. */
const listOf = (isValid: (value: string) => boolean, allowed: string) =>
  z
    .string()
    .transform((list) => list.split(',').map((value) => value.trim()))
    .refine((values) => values.every(isValid))
    .describe(allowed);

/** Plain http would expose tokens and keys, so it is allowed within this machine only. An issuer has no fragment. */
const httpsUrl = (allowed: string) =>
  z
    .string()
    .refine((value) => /^https?:\/\/[^\s\\#]+$/i.test(value) && isSecureUrl(value))
    .describe(allowed);

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value;

/** Narrowest prefix of a trusted network: private networks are no wider, and a wider one trusts strangers. */
const shortestPrefix = { ipv4: 8, ipv6: 7 } as const;

/** Returns whether a text is an IP address, or a network that is not too wide to be trusted. */
function isNetwork(value: string): boolean {
  const [address = '', prefix] = value.split('/');
  const isIPv4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isIPv4 && !ipaddr.IPv6.isValid(address)) return false;
  if (prefix === undefined) return true;
  const isMapped = !isIPv4 && ipaddr.IPv6.parse(address).isIPv4MappedAddress();
  const shortest = isMapped ? 96 + shortestPrefix.ipv4 : shortestPrefix[isIPv4 ? 'ipv4' : 'ipv6'];
  return ipaddr.isValidCIDR(value) && Number(prefix) >= shortest;
}
const nodeEnvs = ['development', 'test', 'production'] as const;

/** Each description gives the allowed values, for error messages. */
const envSchema = z.object({
  PORT: wholeNumber(0, 65_535, ' (any free port)').default(3000),
  HOST: text(/^[\w.:-]+$/, 'a host name or an address, such as 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  DYNAMODB_TABLE: shared(dynamo.DYNAMODB_TABLE).default(dynamo.DYNAMODB_TABLE.default),
  DYNAMODB_INDEXES: shared(dynamo.DYNAMODB_INDEXES).default(dynamo.DYNAMODB_INDEXES.default),
  DYNAMODB_STREAM: shared(dynamo.DYNAMODB_STREAM).default(dynamo.DYNAMODB_STREAM.default),
  DYNAMODB_VECTORS: shared(dynamo.DYNAMODB_VECTORS).default(dynamo.DYNAMODB_VECTORS.default),
  AWS_REGION: shared(dynamo.AWS_REGION).default(dynamo.AWS_REGION.default),
  AWS_ENDPOINT_URL: shared(dynamo.AWS_ENDPOINT_URL).optional(),
  AWS_ENDPOINT_URL_DYNAMODB: shared(dynamo.AWS_ENDPOINT_URL_DYNAMODB).optional(),
  DYNAMO_TRANSPORT: shared(dynamo.DYNAMO_TRANSPORT).default(dynamo.DYNAMO_TRANSPORT.default),
  DYNAMODB_MAX_SOCKETS: shared(dynamo.DYNAMODB_MAX_SOCKETS).default(dynamo.DYNAMODB_MAX_SOCKETS.default),
  AUTH_ISSUER: httpsUrl('the https URL of the issuer, as in the `iss` of its tokens').optional(),
  AUTH_AUDIENCE: text(
    /^[^\s,]+(,[^\s,]+)*$/,
    'the audience of the tokens, as in their `aud`; several with commas between',
  ).optional(),
  AUTH_JWKS_URL: httpsUrl('the https URL of the keys of AUTH_ISSUER, or nothing if it publishes that URL').optional(),
  AUTH_TOKEN_FILE: z.string().optional(),
  SERVICE_NAME: shared(dynamo.SERVICE_NAME).default(dynamo.SERVICE_NAME.default),
  LOG_LEVEL: shared(dynamo.LOG_LEVEL).default(dynamo.LOG_LEVEL.default),
  NODE_ENV: z.enum(nodeEnvs).describe('development, test or production').default('development'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000, ' (no limit)').default(6000),
  RATE_LIMIT_TABLE: shared(dynamo.DYNAMODB_TABLE).optional(),
  MAX_CONCURRENT_CALLS: wholeNumber(1, 10_000).default(128),
  MAX_CONCURRENT_CALLS_PER_CALLER: wholeNumber(1, 10_000).optional(),
  TRUST_PROXY: listOf(
    isNetwork,
    'IP addresses or networks of proxies with commas between them, such as 10.0.0.0/8, and no wider one',
  ).optional(),
  CORS_ORIGINS: listOf(isOrigin, 'origins with commas between them, such as https://app.example.com').optional(),
  METRICS: z.enum(['emf']).describe('emf, or nothing').optional(),
  METRICS_PORT: wholeNumber(0, 65_535, ' (any free port)').optional(),
  AUDIT_FILE: z.string().optional(),
  DRAIN_MS: wholeNumber(0, 3000).default(2000),
  CONSOLE: z.string().optional(),
  CONSOLE_OPERATIONS: z.enum(['on', 'off']).describe('on or off').optional(),
  CONSOLE_CLIENT_ID: text(/^[^\s]{1,500}$/, 'the id of the client that the issuer knows the console by').optional(),
  CONSOLE_SCOPE: text(
    /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
    'scopes with one space between them, such as "openid users:read"',
  ).optional(),
});

/** The variables that the API reads, checked and with their defaults. */
export type Env = Readonly<z.infer<typeof envSchema>>;

/** The environment is not valid. The message has a line for each such variable: name, value and allowed values. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** Reads the environment. An empty variable counts as unset. @throws EnvError */
export function readEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = envSchema.safeParse(set);
  if (parsed.success) {
    if (set.METRICS && set.METRICS_PORT)
      throw new EnvError(
        `METRICS holds ${shown(set.METRICS)} and METRICS_PORT ${shown(set.METRICS_PORT)}: set one of them`,
      );
    assertFitForProduction(parsed.data, set);
    return parsed.data;
  }
  const invalid = new Set(parsed.error.issues.map(({ path }) => path[0] as keyof Env));
  const lines = [...invalid].map((name) => `${name} holds ${shown(set[name])}; it may hold ${allowed(name)}`);
  throw new EnvError(lines.join('\n'));
}

const allowed = (name: keyof Env) => (envSchema.shape[name].unwrap() as z.ZodType).description;

/** Returns a value for an error message, without the password of a URL. */
const shown = (value = '') => JSON.stringify(value.replace(/\/\/[^/]*@/, '//…@'));

/** Checks what only production forbids: outside of it, a database may be a container on the same network. @throws EnvError */
function assertFitForProduction(env: Env, { NODE_TLS_REJECT_UNAUTHORIZED }: Record<string, string | undefined>): void {
  if (env.NODE_ENV !== 'production') return;
  if (NODE_TLS_REJECT_UNAUTHORIZED === '0')
    throw new EnvError(
      'NODE_TLS_REJECT_UNAUTHORIZED holds "0"; with NODE_ENV=production certificates are checked: unset it, and name a CA of your own in NODE_EXTRA_CA_CERTS',
    );
  for (const name of ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'] as const) {
    const value = env[name];
    if (value === undefined || isSecureUrl(value)) continue;
    const allowed =
      'an https URL, an http URL within this machine such as http://localhost:8000, or nothing for AWS itself';
    throw new EnvError(`${name} holds ${shown(value)}; with NODE_ENV=production it may hold ${allowed}`);
  }
}
