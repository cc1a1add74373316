/** The variables that the package reads where an option is not given; this file alone reads them, at first use. */
export interface Environment {
  tableName: string;
  region: string;
  endpoint: string | undefined;
  serviceName: string;
  logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  hasCredentials: boolean;
  transport: 'lean' | 'sdk';
}

const tableNames = '3 to 255 of a-z A-Z 0-9 _ . -';
const isTableName = (value: string) => /^[\w.-]{3,255}$/.test(value);

/** A name that a table can be made by, not the ARN of one that there is. @throws TypeError saying what it may hold */
export function checkedTableName(name: string): string {
  if (!isTableName(name)) throw wrong('tableName', name, tableNames);
  return name;
}

const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/** @throws TypeError naming the variable, what it holds and what it may hold */
export function readEnvironment(): Environment {
  const env = process.env;
  return {
    tableName: checked('DYNAMODB_TABLE', 'aws-starter-kit-table', isTableName, tableNames),
    region: checked(
      'AWS_REGION',
      'us-east-1',
      (value) => /^[a-z]{2}[a-z0-9-]+$/.test(value),
      'a region such as us-east-1',
    ),
    endpoint: checked('AWS_ENDPOINT_URL', '', isEndpoint, 'a URL such as http://localhost:8000') || undefined,
    serviceName: checked('SERVICE_NAME', 'aws-starter-kit-api', () => true, 'any text'),
    logLevel: logLevel(),
    hasCredentials: Boolean(env.AWS_ACCESS_KEY_ID || env.AWS_PROFILE),
    transport: transport(),
  };
}

function logLevel(): Environment['logLevel'] {
  const level = checked('LOG_LEVEL', 'INFO', () => true, '').toUpperCase();
  const known = logLevels.find((one) => one === level);
  if (!known) throw wrong('LOG_LEVEL', level, logLevels.join(', '));
  return known;
}

/** A proxy is the business of what patches Node's agents, which the SDK goes by. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'GLOBAL_AGENT_HTTP_PROXY', 'NODE_USE_ENV_PROXY'];

function transport(): Environment['transport'] {
  const chosen = checked('DYNAMO_TRANSPORT', 'lean', (value) => value === 'sdk', 'lean or sdk');
  const hasProxy = proxies.some((name) => process.env[name] || process.env[name.toLowerCase()]);
  return chosen === 'sdk' || hasProxy ? 'sdk' : 'lean';
}

function checked(name: string, byDefault: string, isGood: (value: string) => boolean, mayHold: string): string {
  const value = process.env[name] || byDefault;
  if (value !== byDefault && !isGood(value)) throw wrong(name, value, mayHold);
  return value;
}

const wrong = (name: string, value: string, mayHold: string) =>
  new TypeError(`${name} holds ${JSON.stringify(value)}; it may hold ${mayHold}`);

function isEndpoint(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
