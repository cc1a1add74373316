import type { User, UserService } from '@aws-starter-kit/users';
import DataLoader from 'dataloader';
import { type Capacity, watchCapacity } from './capacity.js';
import type { Actor } from './jwt-authentication.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import type { SubjectToUserId } from './own-user.js';
import type { Services } from './services.js';
import type { Slots } from './slots.js';

/** What the procedures of one HTTP request share: a batch of calls is one request, with one context. */
export interface Context {
  readonly requestId: string;
  readonly actor: Actor;
  /** The id of the user that the actor is; null if none. Looked up once, when first asked for. */
  readonly ownUserId: () => Promise<string | null>;
  readonly logger: Logger;
  readonly services: Services;
  /** Looks up a user by id, together with all others that the request asks for at the same time. */
  readonly userById: (id: string) => Promise<User | null>;
  /** Room at the database, which all requests share. */
  readonly slots: Slots;
  readonly metrics: Metrics | undefined;
  /** What the calls consume; not known where nobody would be told. */
  readonly capacity: Capacity | undefined;
}

export interface ContextOptions {
  requestId: string;
  actor: Actor;
  subjectToUserId: SubjectToUserId;
  /** The process's logger; the context gets a child of its own. */
  logger: Logger;
  services: (logger: Logger) => Services;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
  slots: Slots;
  metrics: Metrics | undefined;
}

/** Powertools' number for the level INFO, at which calls are logged. */
const infoLevel = 12;

/** Makes the context of one HTTP request. Touches no network. */
export function createContext(options: ContextOptions): Context {
  const { requestId, actor, signal, slots, metrics } = options;
  const logger = options.logger.createChild({ persistentKeys: { requestId } });
  const capacity = metrics || logger.level <= infoLevel ? watchCapacity(logger) : undefined;
  const services = options.services(capacity?.logger ?? logger);
  const { users } = services;
  const loader = new DataLoader((ids: readonly string[]) => usersByIds(users, ids, signal));
  const userById = (id: string) => loader.load(id);
  let own: Promise<string | null> | undefined;
  const ownUserId = () => {
    own ??= options.subjectToUserId(actor.claims, users);
    return own;
  };
  return { requestId, actor, ownUserId, logger, services, userById, slots, metrics, capacity };
}

/** One id is a GetItem, several are one BatchGetItem: it costs the same units, but a lone GetItem is faster. */
async function usersByIds(users: UserService, ids: readonly string[], signal: AbortSignal) {
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) return [await users.getUserById(first, { signal })];
  return users.getUsersByIds(ids, { signal });
}
