import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes } from '@aws-lambda-powertools/logger/types';
import type { WrittenEntity } from '@aws-starter-kit/dynamo/model';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Invocation } from './invocation.js';
import { callerRequestId } from './request-id.js';

/** Where a request came from. Read only if there is something to record. */
export type RequestSource = Pick<FastifyRequest, 'id' | 'ip' | 'headers'> & {
  readonly invocation?: Invocation | null;
};

/** A caller whose token is valid. */
export interface AuditedCaller {
  readonly subject: string;
  readonly claims: { readonly iss?: string | undefined };
}

/** A call that wrote or was to write something, or that was forbidden. */
export interface AuditedCall {
  readonly procedure: string;
  readonly isMutation: boolean;
  /** The call had been applied before, under the same idempotency key, and wrote nothing this time. */
  readonly isReplayed: boolean;
  /** `OK`, or the code of the error. */
  readonly outcome: string;
  readonly reason: string | undefined;
  readonly written: readonly WrittenEntity[];
}

/** A request that was rejected before it reached a call. */
export interface AuditedRejection {
  readonly status: number;
  readonly reason: string | undefined;
  /** The token claim that is not as required: its name, never its value. */
  readonly claim: string | undefined;
  readonly route: string | undefined;
}

/** Records who changed what, and who was rejected. */
export type AuditTrail = ReturnType<typeof auditTrail>;

export interface AuditTrailOptions {
  serviceName: string;
  /** Writes one line; it has to be out of this process's hands when this returns. @default to standard output */
  write?: ((line: string) => void) | undefined;
}

/** A caller over the rate limit gets one line in this time, and not one for each request. */
const rateLimitedEveryMs = 1000;

/**
 * Returns an audit trail: lines in Powertools' format, each with `stream: 'audit'`, whatever the level of the log. Each
 * method writes before it returns, and never throws: what has been committed stays a success.
 */
export function auditTrail({ serviceName, write = (line) => void process.stdout.write(line) }: AuditTrailOptions) {
  const logger = new AuditLogger(serviceName, write);
  const rateLimited = new LRUCache<string, true>({ max: 1000, ttl: rateLimitedEveryMs });

  function record(level: 'info' | 'warn', message: string, keys: LogAttributes): void {
    try {
      logger[level](message, keys);
    } catch (error) {
      process.emitWarning(`The audit trail cannot be written: ${error}`);
    }
  }
  return {
    /** Records a call that has ended. */
    call(
      source: RequestSource,
      caller: AuditedCaller,
      { procedure, isMutation, isReplayed, outcome, reason, written }: AuditedCall,
    ): void {
      const isForbidden = outcome === 'FORBIDDEN';
      const event = isForbidden ? 'security' : isMutation ? 'mutation' : 'write';
      const repeated = isReplayed ? { isReplayed } : {};
      const keys = { event, procedure, outcome, reason, ...repeated, ...callerKeys(source, caller), writes: written };
      record(isForbidden ? 'warn' : 'info', procedure, keys);
    },
    /** Records a request that was answered with 401, 403 or 429. */
    rejection(
      source: RequestSource,
      caller: AuditedCaller | null,
      { status, reason, claim, route }: AuditedRejection,
    ): void {
      const keys = { event: 'security', status, reason, claim, route, ...callerKeys(source, caller) };
      if (status === 429) {
        const key = `${keys.issuer} ${keys.subject ?? keys.sourceAddress}`;
        if (rateLimited.has(key)) return;
        rateLimited.set(key, true);
      }
      record('warn', messages[status] ?? 'rejected', keys);
    },
  };
}

const messages: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'forbidden', 429: 'rate limited' };

/** Returns who called. The caller's own request id stands beside ours, never instead. */
const callerKeys = ({ id, ip, headers, invocation }: RequestSource, caller: AuditedCaller | null) => ({
  issuer: caller?.claims.iss,
  subject: caller?.subject,
  sourceAddress: ip,
  requestId: id,
  callerRequestId: callerRequestId(headers),
  ...invocation?.ids,
});

/** A Powertools Logger with a level and an output of its own. */
class AuditLogger extends Logger {
  readonly #write: (line: string) => void;

  constructor(serviceName: string, write: (line: string) => void) {
    super({ serviceName, logLevel: 'INFO', sampleRateValue: 0, persistentKeys: { stream: 'audit' } });
    this.#write = write;
  }

  protected override printLog(_level: number, item: LogItem): void {
    item.prepareForPrint();
    this.#write(`${JSON.stringify(item.getAttributes(), this.getJsonReplacer())}\n`);
  }
}
