import type { ConsoleEntity, Entity } from '../api/description.js';

export interface BulkBarProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly ids: readonly string[];
  /** The selected entities, as the list has them. */
  readonly rows: readonly Entity[];
  /** Selects nothing. */
  readonly clear: () => void;
}

/** To be filled: what can be done with the selected rows of a list. */
export function BulkBar(_props: BulkBarProps) {
  return null;
}
