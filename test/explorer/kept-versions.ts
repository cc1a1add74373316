import { type Entity, type Item, type State, sorted, visible } from './state.js';

/** One version of an entity whose versions are kept, without times. */
interface Version {
  readonly version: number;
  /** Of a deletion, the entity before. */
  readonly entity: Entity;
  readonly isDeleted?: true;
}

/** The versions of an id: those of the entity that is there, and those of each life before, in no order of the lives, since clocks differ. */
interface History {
  readonly current: readonly Version[];
  readonly past: readonly (readonly Version[])[];
}

/** Entities of this prefix have their versions kept, under ids that begin with `PAPER@`. */
export const keepingPrefix = 'PAPER#';

export const isVersion = ({ id }: Item): boolean => id.startsWith('PAPER@');

/** The id of a history in a state, such as `PAPER@a`. */
const historyId = (id: string): string => id.replace('#', '@');

const stateOf = (history: History): Entity => {
  const past = history.past.map((life) => JSON.stringify(sorted(life))).sort();
  return { version: 0, current: history.current, past: past.map((life) => JSON.parse(life)) };
};

/** Returns the histories that the items of a table make, by their id in a state. */
export function historiesIn(items: readonly Item[]): State {
  const lives = new Map<string, Map<string, Version[]>>(); // by history and time of creation
  const kept = items.filter(isVersion).toSorted((one, other) => Number(one.version) - Number(other.version));
  for (const { id, life, version, entity, isDeleted } of kept) {
    const history = id.slice(0, id.indexOf('#'));
    const own = lives.get(history) ?? new Map<string, Version[]>();
    const one = { version: Number(version), entity: visible(entity as object as Entity) };
    own.set(String(life), [...(own.get(String(life)) ?? []), isDeleted ? { ...one, isDeleted: true } : one]);
    lives.set(history, own);
  }
  return new Map(
    [...lives].map(([history, own]) => {
      const stored = items.find(({ id }) => id.startsWith(keepingPrefix) && historyId(id) === history);
      const live = stored && !('_tombstone' in stored) ? String(stored.createdAt) : undefined;
      const past = [...own].filter(([life]) => life !== live).map(([, versions]) => versions);
      return [history, stateOf({ current: (live && own.get(live)) || [], past })];
    }),
  );
}

const historyOf = (state: State, id: string): History =>
  (state.get(historyId(id)) as unknown as History | undefined) ?? { current: [], past: [] };

/** Returns a state in which the version that a write made is kept. */
export function withVersion(state: State, id: string, entity: Entity): State {
  if (!id.startsWith(keepingPrefix)) return state;
  const { current, past } = historyOf(state, id);
  return new Map(state).set(
    historyId(id),
    stateOf({ current: [...current, { version: entity.version, entity }], past }),
  );
}

/** Returns a state in which a deletion is kept, and with it ends a life. */
export function withDeletion(state: State, id: string, entity: Entity): State {
  if (!id.startsWith(keepingPrefix)) return state;
  const { current, past } = historyOf(state, id);
  const deletion = { version: entity.version + 1, entity, isDeleted: true as const };
  return new Map(state).set(historyId(id), stateOf({ current: [], past: [...past, [...current, deletion]] }));
}

/** Returns the entities to which a revert may lead: of the life that is there, else of any life before. */
export function entitiesAt(state: State, id: string, version: number): readonly Entity[] {
  const { current, past } = historyOf(state, id);
  return (state.has(id) ? [current] : past).flatMap((life) =>
    life.flatMap((one) => (one.version === version && !one.isDeleted ? [one.entity] : [])),
  );
}
