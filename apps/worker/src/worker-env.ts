import { environmentVariables as dynamo } from '@aws-starter-kit/dynamo';
import * as z from 'zod';

/**
 * The environment is invalid. The message has a line for each invalid variable. It has no stack, since the runtime logs
 * the whole error.
 */
export class WorkerEnvError extends Error {
  override readonly name = 'WorkerEnvError';

  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}

const isLoopback = (hostname: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/** Plain http would expose the events, so it is allowed only to this machine. */
function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Each description states the allowed values, for error messages. */
const schema = z.object({
  WEBHOOK_URL: z.string().refine(isWebhookUrl).describe('an https URL without credentials').optional(),
  WEBHOOK_SECRET: z
    .string()
    .transform((list) => list.split(',').map((secret) => secret.trim()))
    .refine((secrets) => secrets.every((secret) => /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)))
    .describe('whsec_ and 24 to 64 bytes in Base64; two with a comma between them while it is rotated')
    .optional(),
  LOG_LEVEL: z
    .string()
    .transform((text, context) => dynamo.LOG_LEVEL.parse(text) ?? context.addIssue('not a level') ?? z.NEVER)
    .describe(dynamo.LOG_LEVEL.allowed)
    .default(dynamo.LOG_LEVEL.default),
  SERVICE_NAME: z.string().max(100).describe('1 to 100 characters').default('aws-starter-kit-worker'),
});

/** The variables that the worker reads, checked and with their defaults. */
export interface WorkerEnv {
  /** The receiver of changes; undefined if changes are logged. */
  readonly webhook: { readonly url: string; readonly secret: readonly string[] } | undefined;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly serviceName: string;
}

/**
 * Reads the environment. An empty variable counts as unset. Error messages contain no secrets. @throws WorkerEnvError
 */
export function readWorkerEnv(variables: Readonly<Record<string, string | undefined>>): WorkerEnv {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const invalid = new Set(parsed.error.issues.map(({ path }) => path[0] as keyof typeof schema.shape));
    throw new WorkerEnvError(
      [...invalid].map((name) => `${name} is not valid; it may hold ${allowed(name)}`).join('\n'),
    );
  }
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret, LOG_LEVEL: logLevel, SERVICE_NAME: serviceName } = parsed.data;
  if ((url === undefined) !== (secret === undefined)) {
    const [present, missing] = url ? ['WEBHOOK_URL', 'WEBHOOK_SECRET'] : ['WEBHOOK_SECRET', 'WEBHOOK_URL'];
    throw new WorkerEnvError(`${present} is set without ${missing}: set both to send changes, or neither to log them`);
  }
  return { webhook: url && secret ? { url, secret } : undefined, logLevel, serviceName };
}

const allowed = (name: keyof typeof schema.shape) => (schema.shape[name].unwrap() as z.ZodType).description;
