import { type Kind, kindOf, type Seen } from './history.js';

type Version = Pick<Seen, 'id' | 'version'>;

/** The entities that the workers of one process know of: the last few, so that many work on the same ones. */
export interface KnownEntities {
  /** Returns one of them, by its share of the list; sometimes a user of older data, or an id that was never created. */
  choose(kind: Kind, share: number): Version;
  remember(seen: Version): void;
  forget(id: string): void;
}

const remembered = 14;
const shareOfOlder = 0.07;
const shareOfMissing = 0.03;

export function createKnownEntities(initial: readonly Seen[]): KnownEntities {
  const lists: Record<Kind, Map<string, number>> = { user: new Map(), note: new Map() };
  const older = initial.filter(({ version }) => version === 0);
  return {
    choose(kind, share) {
      const missing = { id: `${kind[0]}-missing`, version: 1 };
      if (share < shareOfMissing) return missing;
      if (kind === 'user' && share < shareOfMissing + shareOfOlder)
        return at(older, (share - shareOfMissing) / shareOfOlder) ?? missing;
      const [id, version] = at([...lists[kind]], share) ?? [];
      return id === undefined || version === undefined ? missing : { id, version };
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
