import type { Logger } from '@aws-lambda-powertools/logger';
import type { User } from '@aws-starter-kit/users';
import DataLoader from 'dataloader';
import type { Actor } from './jwt-authentication.js';
import type { Metrics } from './metrics.js';
import type { SubjectToUserId } from './own-user.js';
import { RequestLogger } from './request-logger.js';
import type { Services } from './services.js';
import type { SharedReads } from './shared-reads.js';
import type { Slots } from './slots.js';

/** What all requests share. */
export interface Shared {
  logger: Logger;
  services: (logger: Logger) => Services;
  subjectToUserId: SubjectToUserId;
  /** Room at the database. */
  slots: Slots;
  metrics: Metrics | undefined;
  /** Reads of one user that overlap are one request. */
  userReads: SharedReads<User | null>;
}

/** Powertools' number for the level INFO, at which calls are logged. */
const infoLevel = 12;

/** What the procedures of one HTTP request share: a batch of calls is one request, with one context. */
export type Context = ReturnType<typeof createContext>;

/** Of one HTTP request. */
interface Request {
  requestId: string;
  actor: Actor;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
  /** It holds several calls. */
  isBatch: boolean;
}

/** Makes the context of one HTTP request. Touches no network. */
export function createContext({ requestId, actor, signal, isBatch }: Request, shared: Shared) {
  const { slots, metrics } = shared;
  const countsUnits = metrics !== undefined || shared.logger.level <= infoLevel;
  const requestLogger = new RequestLogger(shared.logger, requestId, countsUnits);
  const logger = requestLogger as unknown as Logger; // as much of it as models and procedures use
  const services = shared.services(logger);
  const { users } = services;
  const readOne = (id: string) =>
    shared.userReads(id, signal, (signal) => slots.run(() => users.getUserById(id, { signal })));
  // several ids are one BatchGetItem and take one slot; one id is a GetItem, which costs the same and which others may share
  const readMany = async (ids: readonly string[]) =>
    ids.length > 1 ? slots.run(() => users.getUsersByIds(ids, { signal })) : [await readOne(ids[0] as string)];
  const loader = isBatch ? new DataLoader(readMany) : undefined;
  let own: Promise<string | null> | undefined;
  return {
    requestId,
    actor,
    logger,
    services,
    slots,
    metrics,
    /** What the calls consumed since it was asked last; 0 where nobody would be told. */
    takeUnits: () => requestLogger.takeUnits(),
    /** Looks up a user by id, together with all others that the request asks for at the same time. Takes a slot: not to be called in one. */
    userById: (id: string) => loader?.load(id) ?? readOne(id),
    /** The id of the user that the actor is; null if none. Looked up once, when first asked for. Takes a slot too. */
    ownUserId() {
      own ??= slots.run(() => shared.subjectToUserId(actor.claims, users));
      return own;
    },
  };
}
