import { type Kind, kindOf, type Seen } from './history.js';

type Version = Pick<Seen, 'id' | 'version'>;

/** The entities that the workers of one process know of: the last few, so that many work on the same ones. */
export interface Known {
  /** One of them, by its share of the list; now and then a user of older data, or an id that nobody ever made. */
  choose(kind: Kind, share: number): Version;
  remember(seen: Version): void;
  forget(id: string): void;
}

const remembered = 14;
const shareOfOlder = 0.07;
const shareOfNobody = 0.03;

export function createKnown(initial: readonly Seen[]): Known {
  const lists: Record<Kind, Map<string, number>> = { user: new Map(), note: new Map() };
  const older = initial.filter(({ version }) => version === 0);
  return {
    choose(kind, share) {
      const nobody = { id: `${kind[0]}-nobody`, version: 1 };
      if (share < shareOfNobody) return nobody;
      if (kind === 'user' && share < shareOfNobody + shareOfOlder)
        return at(older, (share - shareOfNobody) / shareOfOlder) ?? nobody;
      const [id, version] = at([...lists[kind]], share) ?? [];
      return id === undefined || version === undefined ? nobody : { id, version };
    },
    remember({ id, version }) {
      const list = lists[kindOf(id)];
      list.set(id, Math.max(version, list.get(id) ?? 0));
      const [oldest] = list.keys();
      if (list.size > remembered && oldest !== undefined) list.delete(oldest);
    },
    forget: (id) => lists[kindOf(id)].delete(id),
  };
}

const at = <T>(list: readonly T[], share: number): T | undefined => list[Math.floor(share * list.length)];
