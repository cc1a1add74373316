import { type Env, EnvError, readEnv } from '../env.js';

/** Variables that a function cannot support, since it has no port of its own and loses its files. */
const ofServers = {
  METRICS_PORT: 'nothing listens in a function',
  AUDIT_FILE: 'the files of a function are lost; its audit trail is in its log, with stream: audit',
} as const;

/**
 * Reads the environment of a function. It counts as production, whatever NODE_ENV holds: a function never creates tables
 * or signs tokens.
 * @throws EnvError, without a stack: the runtime logs the whole error
 */
export function readLambdaEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  try {
    for (const [name, reason] of Object.entries(ofServers))
      if (variables[name]) throw new EnvError(`${name} is set, but ${reason}: unset it`);
    return readEnv({ ...variables, NODE_ENV: 'production' });
  } catch (error) {
    throw withoutStack(error);
  }
}

/** Reduces the stack of an EnvError to its message, since the runtime logs the whole error. */
export function withoutStack(error: unknown): unknown {
  if (error instanceof EnvError) error.stack = `${error.name}: ${error.message}`;
  return error;
}
