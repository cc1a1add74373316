import { LRUCache } from 'lru-cache';
import { singleFlight } from '../load/single-flight.js';
import { elapsedMs, type Moment, thisMoment } from './moment.js';
import { type Role, roles } from './roles.js';

interface Kept {
  readonly role: Role;
  readonly readAt: Moment;
}

/** A caller in a scope, such as an organisation. */
interface Place {
  readonly caller: string;
  readonly id: string;
}

/** Longest time for which a role counts after it was taken away. */
const defaultMaxAgeMs = 30_000;
const maxCallers = 10_000;

export type RoleCache = ReturnType<typeof roleCache>;

/** Returns an empty cache for the roles of callers in scopes of one kind. */
export function roleCache(maxAgeMs: number = defaultMaxAgeMs) {
  /** By caller and scope. Only roles are kept, so a caller has as many entries as memberships at most. */
  const kept = new LRUCache<string, Map<string, Kept>>({ max: maxCallers });
  const share = singleFlight<Role | undefined>();
  /** Counts what was forgotten: a read that was under way then may be older than the change. */
  let changes = 0;

  function keep({ caller, id }: Place, role: Role | undefined, readAt: Moment): void {
    const ofCaller = kept.get(caller) ?? new Map<string, Kept>();
    if (readAt.monotonicMs < (ofCaller.get(id)?.readAt.monotonicMs ?? 0)) return;
    if (role === undefined) ofCaller.delete(id);
    else kept.set(caller, ofCaller.set(id, { role, readAt }));
  }

  return {
    /** Returns the role of a caller in a scope if it was read recently. */
    get({ caller, id }: Place): Role | undefined {
      const known = kept.get(caller)?.get(id);
      return known && elapsedMs(known.readAt) < maxAgeMs ? known.role : undefined;
    },
    /**
     * Reads the role of a caller in a scope, or joins a read of it that has not been sent yet. A read is for one scope:
     * what it finds of others may come from an index, which lags.
     * @param admit acquires what the read needs, such as a concurrency slot
     */
    read(
      place: Place,
      { signal, admit, find }: { signal: AbortSignal; admit: Admit; find: (signal: AbortSignal) => FoundRoles },
    ): Promise<Role | undefined> {
      return share(JSON.stringify([place.caller, place.id]), signal, (signal) =>
        admit(async () => {
          const [readAt, before] = [thisMoment(), changes];
          const role = roleAmong(await find(signal), place.id);
          if (before === changes) keep(place, role, readAt);
          return role;
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
type Admit = (read: () => Promise<Role | undefined>) => Promise<Role | undefined>;

/** A role of another name, such as one of a later version, gives no access. */
function roleAmong(found: Readonly<Record<string, Role>>, id: string): Role | undefined {
  const role = Object.hasOwn(found, id) ? found[id] : undefined;
  return role !== undefined && roles.includes(role) ? role : undefined;
}
