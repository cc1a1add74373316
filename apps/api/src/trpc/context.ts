import { setMaxListeners } from 'node:events';
import { LogLevelThreshold } from '@aws-lambda-powertools/logger';
import type { CallOptions, DynamoModelOptions, ModelLogger, WriteOptions } from '@aws-starter-kit/dynamo/model';
import type { User } from '@aws-starter-kit/users';
import DataLoader from 'dataloader';
import type { FastifyRequest } from 'fastify';
import { type Actor, callerOf } from '../auth/jwt-authentication.js';
import type { LiveFeed } from '../live/live-changes.js';
import type { SubscriptionLimit } from '../live/subscription-limit.js';
import type { ConcurrencyLimit } from '../load/concurrency-limit.js';
import type { KeyedQueue } from '../load/keyed-queue.js';
import type { SingleFlight } from '../load/single-flight.js';
import type { Services } from '../services.js';
import type { AuditTrail, RequestSource } from '../telemetry/audit-trail.js';
import type { ApiLogger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { CallerRoles, type CallScope, type RoleSources } from './access.js';
import { callDeadlineMs } from './call-deadline.js';
import { type IdempotencyKey, onceKeyOf } from './idempotency-keys.js';
import type { SubjectToUserId } from './ownership.js';

/** What all requests of an app share. */
export interface Shared {
  logger: ApiLogger;
  services: (logger: ModelLogger) => Services;
  /** The options of the models of scoped services, except the logger. */
  table?: DynamoModelOptions | undefined;
  /** The look-ups of callers' roles, with their caches. */
  roleSources: RoleSources;
  subjectToUserId: SubjectToUserId;
  /** Bounds the calls at the database. */
  limit: ConcurrencyLimit;
  /** Lets the writes of one record wait for each other. */
  writes: KeyedQueue;
  metrics: Metrics | undefined;
  audit: AuditTrail;
  /** The feed of changes, for subscriptions; undefined if the API reads no stream. */
  live: LiveFeed | undefined;
  subscriptions: SubscriptionLimit;
  /** Overlapping reads of one user share requests. */
  userReads: SingleFlight<User | null>;
  /** Overlapping look-ups of one caller's own user share requests. */
  ownUserReads: SingleFlight<string | null>;
}

/** Charges the caller for the capacity units of a call that has ended. Never throws. */
export type Charge = (capacityUnits: number) => void;

/** What the calls of one HTTP request share: a batch is one request, with one context. */
export type Context = ReturnType<typeof createContext> & {
  /** The scope of a call that is within one; its caller has a role there. */
  callScope?: CallScope | undefined;
};

interface Request {
  source: RequestSource;
  actor: Actor;
  /** Aborts when the client disconnects. It may be that of the connection: for reads only. */
  signal: AbortSignal;
  /** The request holds several calls. */
  isBatch: boolean;
  /** The idempotency keys of its calls, by position; undefined if no call has one. */
  idempotencyKeys?: readonly (IdempotencyKey | undefined)[] | undefined;
  charge?: Charge | undefined;
}

/** Returns the context of one HTTP request. Touches no network. */
export function createContext(request: Request, shared: Shared) {
  const { source, actor, signal: clientSignal, isBatch, idempotencyKeys, charge } = request;
  const { limit, writes, metrics, audit } = shared;
  const requestId = source.id;
  const { invocation } = source;
  const deadlineAt = Math.min(performance.now() + callDeadlineMs, invocation?.deadlineAt ?? Number.POSITIVE_INFINITY);
  // models ask the database for capacity units only if they make a line
  const needsUnits = charge !== undefined || metrics !== undefined || shared.logger.level <= LogLevelThreshold.INFO;
  const keys = invocation ? { requestId, ...invocation.ids } : { requestId };
  const logger = shared.logger.child(keys, needsUnits ? LogLevelThreshold.DEBUG : undefined);
  const services = shared.services(logger);
  const { users } = services;
  const caller = callerOf(actor);
  const withinLimit = <T>(run: () => Promise<T>): Promise<T> => limit.run(caller, run);
  const remainingMs = () => Math.max(0, deadlineAt - performance.now());
  const options = (signal?: AbortSignal): CallOptions => ({ signal, deadlineMs: remainingMs() });
  const readOne = (id: string) =>
    shared.userReads(id, clientSignal, (signal) => withinLimit(() => users.getUserById(id, options(signal))));
  // several ids are one BatchGetItem, which counts once; one id is a GetItem, which costs the same and can be shared
  const readMany = async (ids: readonly string[]) =>
    ids.length > 1
      ? withinLimit(() => users.getUsersByIds(ids, options(clientSignal)))
      : [await readOne(ids[0] as string)];
  const loader = isBatch ? new DataLoader(readMany) : undefined;
  const { table, roleSources: sources } = shared;
  return {
    requestId,
    source,
    actor,
    audit,
    logger,
    services,
    /** The caller's roles in scopes. */
    roles: new CallerRoles({ sources, table, logger, actor, signal: clientSignal, withinLimit, options }),
    withinLimit,
    writes,
    metrics,
    charge,
    live: shared.live,
    subscriptions: shared.subscriptions,
    /**
     * Returns the logger, services and key of one mutation. Its models report their writes at every log level, so that
     * the audit trail can tell the writes of a call from those of its neighbours in a batch.
     */
    forMutation(path: string, batchIndex: number) {
      const logger = shared.logger.child(keys, needsUnits ? LogLevelThreshold.DEBUG : LogLevelThreshold.INFO);
      const key = idempotencyKeys?.[batchIndex];
      const once = key && onceKeyOf(caller, path, key);
      const mutation = {
        logger,
        services: shared.services(logger),
        /** By which it waits for repetitions of its call; undefined without a key. */
        onceKey: typeof once === 'object' ? once.key : once,
        isKeyUsed: false,
        writeOptions(): WriteOptions {
          mutation.isKeyUsed = true;
          return { deadlineMs: remainingMs(), once };
        },
      };
      return mutation;
    },
    /** Positions in the batch of mutations that had already been applied, under the same idempotency key. */
    replayed: [] as number[],
    /** The time that the calls of the request still have: one deadline covers all that a call does. */
    remainingMs,
    /** Returns the options of what a call asks of a service: the client's signal for reads, the remaining time. */
    options,
    /**
     * Returns the options for the only write of a mutation. With them, a retry under the same idempotency key writes
     * nothing. A mutation that writes several entities passes them to one `transact`.
     */
    writeOptions: (): WriteOptions => options(),
    /**
     * Looks up a user by id, together with the others that the request asks for at the same time. Counts for the limit:
     * not to be called within it.
     */
    userById: (id: string) => loader?.load(id) ?? readOne(id),
    /**
     * Returns the id of the user that the caller is at this moment; null if none. Counts for the limit too. It is not
     * aborted when the client disconnects, since it may write.
     */
    ownUserId: (): Promise<string | null> =>
      shared.ownUserReads(caller, new AbortController().signal, () =>
        withinLimit(() => shared.subjectToUserId(actor.claims, users, options())),
      ),
  };
}

type Connection = FastifyRequest['raw']['socket'];

const signals = new WeakMap<Connection, AbortSignal>();

/**
 * Returns a signal that aborts when the connection of a request closes. It is one for all requests of the connection,
 * since creating one takes 6 µs of a call (Node 20): only for reads, which end with their answer, and for listeners that
 * are removed again.
 */
export function connectionSignal({ raw: { socket } }: FastifyRequest): AbortSignal {
  const known = signals.get(socket);
  if (known) return known;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // a batch has many calls
  if (socket.destroyed) closing.abort();
  else socket.once('close', () => closing.abort());
  signals.set(socket, closing.signal);
  return closing.signal;
}
