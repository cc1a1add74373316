import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseVectors, type VectorIndexSettings, vectorsFault } from './vector-settings.js';

/** Values of the environment for options that are not given. Only this file reads variables, at first use. */
export interface Environment {
  tableName: string;
  region: string;
  endpoint: string | undefined;
  serviceName: string;
  logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  hasCredentials: boolean;
  transport: 'lean' | 'sdk';
}

/** One variable of the environment. An empty value counts as unset. */
export interface EnvironmentVariable<T> {
  readonly default: T;
  /** Returns the value, or undefined if the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** The allowed values, for error messages. */
  readonly allowed: string;
}

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);
/** DynamoDB's limit of global secondary indexes per table, which is also that of `indexKeyNames`. */
const mostIndexes = 20;
/** Each socket is an open file, and Linux and Lambda let a process open 1,024 files by default. */
const mostSockets = 1000;
const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
const transports = ['lean', 'sdk'] as const;

/** The values by the names of their variables. */
interface Values {
  DYNAMODB_TABLE: string;
  DYNAMODB_INDEXES: number;
  DYNAMODB_STREAM: boolean;
  DYNAMODB_VECTORS: readonly VectorIndexSettings[];
  AWS_REGION: string;
  AWS_ENDPOINT_URL: string | undefined;
  AWS_ENDPOINT_URL_DYNAMODB: string | undefined;
  SERVICE_NAME: string;
  LOG_LEVEL: Environment['logLevel'];
  DYNAMO_TRANSPORT: Environment['transport'];
  DYNAMODB_MAX_SOCKETS: number;
}

const endpoint: EnvironmentVariable<string | undefined> = {
  default: undefined,
  parse: (text) => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : undefined),
  allowed: 'a URL such as http://localhost:8000, or nothing for AWS itself',
};

/** The variables that the package reads, with their rules: apps that check their environment at startup share them. */
export const environmentVariables: { readonly [Name in keyof Values]: EnvironmentVariable<Values[Name]> } = {
  DYNAMODB_TABLE: {
    default: 'aws-starter-kit-table',
    parse: matching(/^[\w.-]{3,255}$/),
    allowed: '3 to 255 of a-z A-Z 0-9 _ . -',
  },
  DYNAMODB_INDEXES: {
    default: 2,
    parse: (text) => (/^[1-9]\d?$/.test(text) && Number(text) <= mostIndexes ? Number(text) : undefined),
    allowed: `a whole number from 1 to ${mostIndexes}`,
  },
  DYNAMODB_STREAM: {
    default: false,
    parse: (text) => (text === 'on' || text === 'off' ? text === 'on' : undefined),
    allowed: 'on or off',
  },
  DYNAMODB_VECTORS: {
    default: [],
    parse: parseVectors,
    allowed: 'up to 5 vector indexes, such as embedding:384:cosine,photo:512',
  },
  AWS_REGION: {
    default: 'us-east-1',
    parse: matching(/^[a-z]{2}[a-z0-9-]+$/),
    allowed: 'a region such as us-east-1',
  },
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  SERVICE_NAME: {
    default: 'aws-starter-kit-api',
    parse: (text) => matching(/^.{1,100}$/s)(text.trim()),
    allowed: '1 to 100 characters',
  },
  LOG_LEVEL: {
    default: 'INFO',
    parse: (text) => logLevels.find((level) => level === text.toUpperCase()),
    allowed: logLevels.join(', '),
  },
  DYNAMO_TRANSPORT: {
    default: 'lean',
    parse: (text) => transports.find((transport) => transport === text),
    allowed: 'lean or sdk',
  },
  DYNAMODB_MAX_SOCKETS: {
    default: 128,
    parse: (text) => (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= mostSockets ? Number(text) : undefined),
    allowed: `a whole number from 1 to ${mostSockets}`,
  },
};

/** Returns a name that a table can be created with; an ARN is none. @throws TypeError with the allowed names */
export function checkedTableName(name: string): string {
  const { parse, allowed } = environmentVariables.DYNAMODB_TABLE;
  if (parse(name) === undefined) throw notAllowed('tableName', name, allowed);
  return name;
}

/** Returns how many indexes a table has: as given, else DYNAMODB_INDEXES, else 2. @throws TypeError with the allowed numbers */
export function numberOfIndexes(given?: number): number {
  if (given === undefined) return read('DYNAMODB_INDEXES');
  const { parse, allowed } = environmentVariables.DYNAMODB_INDEXES;
  const number = parse(String(given));
  if (number === undefined) throw notAllowed('indexes', given, allowed);
  return number;
}

/** Returns the most sockets of a client: as given, else DYNAMODB_MAX_SOCKETS, else 128. @throws TypeError with the allowed numbers */
export function numberOfSockets(given?: number): number {
  if (given === undefined) return read('DYNAMODB_MAX_SOCKETS');
  const { parse, allowed } = environmentVariables.DYNAMODB_MAX_SOCKETS;
  const number = parse(String(given));
  if (number === undefined) throw notAllowed('maxSockets', given, allowed);
  return number;
}

/**
 * Returns whether a new table has a stream: the given value, else DYNAMODB_STREAM, else false.
 * @throws TypeError with the allowed values
 */
export const hasStream = (given?: boolean): boolean => given ?? read('DYNAMODB_STREAM');

/**
 * Returns the vector indexes of a table: the given ones, else those of DYNAMODB_VECTORS, else none.
 * @throws TypeError with what is wrong
 */
export function vectorIndexesOf(given?: readonly VectorIndexSettings[]): readonly VectorIndexSettings[] {
  if (given === undefined) return read('DYNAMODB_VECTORS');
  const fault = vectorsFault(given);
  if (fault) throw new TypeError(`vectors has ${fault}`);
  return given;
}

/** Reads the environment. @throws TypeError that names the variable, its value and the allowed values */
export function readEnvironment(): Environment {
  const transport = read('DYNAMO_TRANSPORT');
  return {
    tableName: read('DYNAMODB_TABLE'),
    region: read('AWS_REGION'),
    endpoint: read('AWS_ENDPOINT_URL_DYNAMODB') ?? read('AWS_ENDPOINT_URL'), // AWS's rule: a service's own comes first
    serviceName: read('SERVICE_NAME'),
    logLevel: read('LOG_LEVEL'),
    hasCredentials: Boolean(process.env.AWS_ACCESS_KEY_ID || process.env.AWS_PROFILE),
    transport: hasProxy() ? 'sdk' : transport,
  };
}

function read<Name extends keyof Values>(name: Name): Values[Name] {
  const { default: byDefault, parse, allowed }: EnvironmentVariable<Values[Name]> = environmentVariables[name];
  const text = process.env[name];
  if (!text) return byDefault;
  const value = parse(text);
  if (value === undefined) throw notAllowed(name, text, allowed);
  return value;
}

const notAllowed = (name: string, value: string | number, allowed: string) =>
  new TypeError(`${name} holds ${JSON.stringify(value)}; it may hold ${allowed}`);

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'GLOBAL_AGENT_HTTP_PROXY', 'NODE_USE_ENV_PROXY'];

/** With a proxy configured, the SDK transport is used: undici bypasses Node's http agents. */
const hasProxy = () => proxies.some((name) => process.env[name] || process.env[name.toLowerCase()]);

/** Whether a URL leads to this machine. @throws TypeError for a text that is no URL */
export const isLoopback = (endpoint: string): boolean =>
  /^(localhost|127\..*|\[::1\])$/.test(new URL(endpoint).hostname);

/** AWS's variables that this file reads, or that change neither endpoint nor credentials of DynamoDB. Any other variable may change them. */
const understood = new RegExp(
  `^AWS_(${[
    'ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|(DEFAULT_)?REGION|ENDPOINT_URL(_[A-Z0-9_]+)?',
    '(LAMBDA|XRAY)_[A-Z_]+|EXECUTION_ENV|NODEJS_CONNECTION_REUSE_ENABLED|CA_BUNDLE', // set by runtimes
    'SDK_UA_APP_ID|SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', // the first is set by Powertools
  ].join('|')})$`,
);

/** Whether a variable or a file of AWS may change endpoint or credentials in a way that only the SDK knows. */
export const hasSpecialSettings = (): boolean =>
  Object.keys(process.env).some((name) => name.startsWith('AWS_') && !understood.test(name)) ||
  existsSync(path.join(process.env.HOME || homedir(), '.aws'));

/** Returns the credentials in the environment; undefined if a key is missing. */
export function environmentCredentials() {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
