import { useMemo, useState } from 'react';
import type { Entity } from '../api/description.js';

/** The rows that the user has selected, in the order in which they were. */
export interface Selection {
  readonly rows: readonly Entity[];
  readonly has: (id: string) => boolean;
  readonly toggle: (entity: Entity) => void;
  readonly add: (entities: readonly Entity[]) => void;
  readonly clear: () => void;
}

/** Keeps selected rows, also of pages that have left the memory. */
export function useSelection(): Selection {
  const [selected, setSelected] = useState<ReadonlyMap<string, Entity>>(new Map());
  return useMemo(
    () => ({
      rows: [...selected.values()],
      has: (id) => selected.has(id),
      toggle: (entity) =>
        setSelected((before) => {
          const next = new Map(before);
          if (!next.delete(entity.id)) next.set(entity.id, entity);
          return next;
        }),
      add: (entities) =>
        setSelected((before) => new Map([...before, ...entities.map((one) => [one.id, one] as const)])),
      clear: () => setSelected((before) => (before.size === 0 ? before : new Map())),
    }),
    [selected],
  );
}
