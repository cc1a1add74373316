import { LRUCache } from 'lru-cache';
import { singleFlight } from '../load/single-flight.js';
import { type Role, roles } from './roles.js';

/** The roles of one caller by scope. */
export type RolesByScope = ReadonlyMap<string, Role>;

interface Kept {
  readonly roles: RolesByScope;
  /** When they were read, by `performance.now()`. */
  readonly readAt: number;
}

/** Longest time for which a revoked role stays in effect. */
const defaultMaxAgeMs = 30_000;
const maxCallers = 10_000;

export type RoleCache = ReturnType<typeof roleCache>;

/** Returns an empty cache for the roles of callers in scopes of one kind. */
export function roleCache(maxAgeMs: number = defaultMaxAgeMs) {
  const kept = new LRUCache<string, Kept>({ max: maxCallers });
  const share = singleFlight<RolesByScope>();
  /** Counts invalidations: a read that was in flight during one may have returned the old roles. */
  let changes = 0;

  return {
    /** Returns the cached roles of a caller, unless they are older than `maxAgeMs`. */
    get(caller: string): RolesByScope | undefined {
      const known = kept.get(caller);
      return known && performance.now() - known.readAt < maxAgeMs ? known.roles : undefined;
    },
    /**
     * Reads the roles of a caller, or joins a read that has not been sent yet.
     * @param admit runs the read once it has a concurrency slot
     */
    read(
      caller: string,
      { signal, admit, find }: { signal: AbortSignal; admit: Admit; find: (signal: AbortSignal) => FoundRoles },
    ): Promise<RolesByScope> {
      return share(caller, signal, (signal) =>
        admit(async () => {
          const [readAt, before] = [performance.now(), changes];
          const found = rolesByScope(await find(signal));
          const isNewer = readAt >= (kept.get(caller)?.readAt ?? 0);
          if (isNewer && before === changes) kept.set(caller, { roles: found, readAt });
          return found;
        }),
      );
    },
    /** Removes the roles of a caller, which have changed. */
    forget(caller: string): void {
      changes++;
      kept.delete(caller);
    },
  };
}

type FoundRoles = Promise<Readonly<Record<string, Role>>>;
type Admit = (read: () => Promise<RolesByScope>) => Promise<RolesByScope>;

/** Leaves out unknown roles, such as those of a later version: they give no access. */
const rolesByScope = (found: Readonly<Record<string, Role>>): RolesByScope =>
  new Map(Object.entries(found).filter(([, role]) => roles.includes(role)));
