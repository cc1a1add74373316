import { environmentVariables as dynamo } from '@aws-starter-kit/dynamo';
import * as z from 'zod';

const text = (pattern: RegExp, allowed: string) => z.string({ error: allowed }).regex(pattern, { error: allowed });

const wholeNumber = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
};

/** A group of settings that rejects unknown ones. */
const group = <T extends z.ZodRawShape>(settings: T) => z.strictObject(settings, { error: 'an object' });

const flag = z.boolean({ error: 'true or false' });
const oneOf = <const T extends readonly string[]>(...values: T) => z.enum(values, { error: values.join(', ') });
const httpsUrl = text(/^https:\/\/[^\s\\#]+$/i, 'an https URL without a fragment');
const arnOf = (service: string, example: string) =>
  text(new RegExp(`^arn:aws[\\w-]*:${service}:[a-z0-9-]+:\\d{12}:\\S+$`), `an ARN such as ${example}`);

/** Retention periods that CloudWatch Logs allows, in days. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] as const;
/** Memory sizes that Fargate allows, in MiB, by CPU units. */
const fargateMemory: Readonly<Record<number, readonly [least: number, most: number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
};

const tableSettings = group({
  name: text(/^[\w.-]{3,255}$/, dynamo.DYNAMODB_TABLE.allowed),
  indexes: wholeNumber(1, 20).default(dynamo.DYNAMODB_INDEXES.default),
  stream: flag.default(false),
  /** Vector indexes, such as `embedding:384:cosine`; the API may then search them. */
  vectors: z
    .string({ error: dynamo.DYNAMODB_VECTORS.allowed })
    .refine((list) => dynamo.DYNAMODB_VECTORS.parse(list) !== undefined, { error: dynamo.DYNAMODB_VECTORS.allowed })
    .optional(),
  /** Period of point-in-time recovery. The price does not depend on it. */
  recoveryDays: wholeNumber(1, 35).default(35),
  key: oneOf('aws-owned', 'customer-managed').default('aws-owned'),
  contributorInsights: flag.default(false),
  /** Limits of the table and of each index. Requests beyond them are throttled. */
  maxReadUnits: wholeNumber(1, 1_000_000).optional(),
  maxWriteUnits: wholeNumber(1, 1_000_000).optional(),
  /** Below these, DynamoDB has on-demand tables ready without being asked. */
  warmReadUnits: wholeNumber(12_000, 1_000_000).optional(),
  warmWriteUnits: wholeNumber(4_000, 1_000_000).optional(),
  /** A restored table, which API and worker use instead of the table of the stack. */
  restored: group({
    name: text(/^[\w.-]{3,255}$/, dynamo.DYNAMODB_TABLE.allowed),
    streamArn: arnOf('dynamodb', 'arn:aws:dynamodb:us-east-1:111122223333:table/users/stream/2026-…').optional(),
  }).optional(),
});

const permission = text(/^\w+:(read|write|admin)$/, 'a permission such as users:read');

const signInSettings = z.discriminatedUnion(
  'kind',
  [
    group({
      kind: z.literal('cognito'),
      /** The first part of the URL of the sign-in pages, unique within the region. */
      domainPrefix: text(/^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'a-z 0-9 - without aws'),
      callbackUrls: z
        .array(text(/^https:\/\/\S+$|^http:\/\/localhost(:\d+)?(\/\S*)?$/, 'https URLs, or http://localhost'))
        .default([]),
      mfa: oneOf('required', 'optional', 'off').default('required'),
      /** Programs that call the API with their own identity, and the permissions of each. */
      machines: z.record(text(/^[\w-]{1,100}$/, 'a name of a-z 0-9 _ -'), z.array(permission).min(1)).default({}),
    }),
    group({
      kind: z.literal('issuer'),
      issuer: httpsUrl,
      audience: text(/^\S{1,500}$/, 'the audience of the tokens, as in their `aud`'),
      jwksUrl: httpsUrl.optional(),
    }),
  ],
  { error: 'an object whose kind is cognito or issuer' },
);

const apiSettings = z.discriminatedUnion(
  'kind',
  [
    group({
      kind: z.literal('lambda'),
      /** Only a function URL can stream responses, which live changes need. */
      front: oneOf('http-api', 'function-url').default('http-api'),
      memoryMb: wholeNumber(256, 10_240).default(1024),
      reservedConcurrency: wholeNumber(1, 10_000).optional(),
      requestsPerSecond: wholeNumber(1, 10_000).default(200),
      burst: wholeNumber(1, 5_000).default(400),
    }),
    group({
      kind: z.literal('fargate'),
      certificateArn: arnOf('acm', 'arn:aws:acm:us-east-1:111122223333:certificate/…'),
      domainName: text(/^(?=.{4,253}$)([a-z0-9-]+\.)+[a-z]{2,}$/, 'a host name such as api.example.com'),
      cpu: wholeNumber(256, 4096)
        .refine((units) => units in fargateMemory, { error: '256, 512, 1024, 2048 or 4096' })
        .default(1024),
      memoryMb: wholeNumber(512, 30_720).default(2048),
      minTasks: wholeNumber(1, 1000).default(2),
      maxTasks: wholeNumber(1, 1000).default(10),
      natGateways: wholeNumber(1, 2).default(1),
    }),
  ],
  { error: 'an object whose kind is lambda or fargate' },
);

const settingsSchema = group({
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1'),
  account: text(/^\d{12}$/, '12 digits').optional(),
  tags: z.record(z.string(), z.string()).default({}),
  /** Turns on deletion protection, and keeps the data when its stack is deleted. */
  isProtected: flag.default(true),
  table: tableSettings,
  signIn: signInSettings,
  api: apiSettings,
  liveChanges: flag.default(false),
  rateLimitPerMinute: wholeNumber(0, 1_000_000).default(6000),
  /** All functions or tasks share one rate limit, in a separate table. */
  sharedRateLimit: flag.default(false),
  corsOrigins: z.array(text(/^https:\/\/[^/\s,]+$/, 'origins such as https://app.example.com')).default([]),
  logLevel: oneOf('DEBUG', 'INFO', 'WARN', 'ERROR').default('INFO'),
  logRetentionDays: z.literal(retentionDays, { error: retentionDays.join(', ') }).default(90),
  worker: group({
    batchSize: wholeNumber(1, 1000).default(100),
    parallelBatchesPerShard: wholeNumber(1, 10).default(1),
    retries: wholeNumber(0, 1000).default(20),
    /** The receiver of changes; without it, the worker logs them. */
    webhook: group({
      url: httpsUrl,
      secretArn: arnOf('secretsmanager', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:webhook-AbCdEf'),
      secretVersion: text(/^[\w-]{32,64}$/, 'the id of a version of that secret'),
    }).optional(),
  }).optional(),
  alarms: group({
    email: text(/^\S+@\S+$/, 'an email').optional(),
    topicArn: arnOf('sns', 'arn:aws:sns:us-east-1:111122223333:alarms').optional(),
    p99Ms: wholeNumber(10, 30_000).default(1000),
  }).prefault({}),
}).check(({ value, issues }) => {
  const reject = (path: string, error: string) =>
    issues.push({ code: 'custom', path: path.split('.'), message: error, input: valueAt(value, path.split('.')) });
  const { api, table, worker, liveChanges, alarms } = value;
  const stream = table.restored === undefined ? table.stream : table.restored.streamArn !== undefined;
  if (liveChanges && !stream) reject('liveChanges', 'true only with a stream: set table.stream');
  if (liveChanges && api.kind === 'lambda' && api.front === 'http-api')
    reject('liveChanges', 'true only with api.front function-url or api.kind fargate: an HTTP API buffers answers');
  if (worker && !stream) reject('worker', 'set only with a stream: set table.stream');
  if (alarms.email !== undefined && alarms.topicArn !== undefined)
    reject('alarms.email', 'absent if alarms.topicArn is set: subscribe to that topic instead');
  if (api.kind === 'lambda' && api.front === 'function-url' && api.reservedConcurrency === undefined)
    reject('api.reservedConcurrency', 'set with api.front function-url, which has no other limit of requests');
  if (api.kind !== 'fargate') return;
  const [least = 0, most = 0] = fargateMemory[api.cpu] ?? [];
  if (api.memoryMb < least || api.memoryMb > most || (api.memoryMb % 1024 !== 0 && api.memoryMb !== 512))
    reject('api.memoryMb', `with api.cpu ${api.cpu} a multiple of 1024, from ${least} to ${most}`);
  if (api.maxTasks < api.minTasks) reject('api.maxTasks', `a whole number from api.minTasks, here ${api.minTasks}`);
  if (api.certificateArn.split(':')[3] !== value.region)
    reject('api.certificateArn', `a certificate of the region of the stage, ${value.region}`);
});

/** The settings of a stage, with their defaults. */
export type Settings = z.output<typeof settingsSchema>;

/** The settings of a stage, as written in `infra/stages`. */
export type StageFile = z.input<typeof settingsSchema>;

export type CognitoSettings = Extract<Settings['signIn'], { kind: 'cognito' }>;
export type LambdaSettings = Extract<Settings['api'], { kind: 'lambda' }>;
export type WebhookSettings = NonNullable<NonNullable<Settings['worker']>['webhook']>;
export type FargateSettings = Extract<Settings['api'], { kind: 'fargate' }>;

/** The settings are invalid. The message has a line for each: name, value and allowed values. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Validates the content of a stage file. @throws SettingsError */
export function parseSettings(content: unknown): Settings {
  const parsed = settingsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new SettingsError(parsed.error.issues.map((issue) => problem(issue, content)).join('\n'));
}

function problem({ code, path, message, ...issue }: z.core.$ZodIssue, content: unknown): string {
  const name = path.map(String).join('.') || 'The file';
  if (code === 'unrecognized_keys' && 'keys' in issue)
    return `${[...path, issue.keys[0]].map(String).join('.')} is not a setting: see docs/operations/deploy.md`;
  const value = valueAt(content, path);
  if (value === undefined) return `${name} is not set; it must be ${message}`;
  return `${name} holds ${JSON.stringify(value)}; it must be ${message}`;
}

const valueAt = (content: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => Object(value)[key], content);
