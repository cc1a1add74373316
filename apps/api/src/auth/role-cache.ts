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

/** Longest time for which a role counts after it was taken away. */
const defaultMaxAgeMs = 30_000;
const maxCallers = 10_000;

export type RoleCache = ReturnType<typeof roleCache>;

/** Returns an empty cache of the roles of callers in the scopes of one kind. */
export function roleCache(maxAgeMs: number = defaultMaxAgeMs) {
  const kept = new LRUCache<string, Kept>({ max: maxCallers });
  const share = singleFlight<RolesByScope>();
  /** Counts what was forgotten: a read that was under way then may be older than the change. */
  let changes = 0;

  return {
    /** Returns the roles of a caller if they were read recently. */
    get(caller: string): RolesByScope | undefined {
      const known = kept.get(caller);
      return known && performance.now() - known.readAt < maxAgeMs ? known.roles : undefined;
    },
    /**
     * Reads the roles of a caller, or joins a read that has not been sent yet.
     * @param admit acquires what the read needs, such as a concurrency slot
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
    /** Forgets the roles of a caller: they have changed. */
    forget(caller: string): void {
      changes++;
      kept.delete(caller);
    },
  };
}

type FoundRoles = Promise<Readonly<Record<string, Role>>>;
type Admit = (read: () => Promise<RolesByScope>) => Promise<RolesByScope>;

/** A role of another name, such as one of a later version, gives no access. */
const rolesByScope = (found: Readonly<Record<string, Role>>): RolesByScope =>
  new Map(Object.entries(found).filter(([, role]) => roles.includes(role)));
