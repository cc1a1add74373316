import type { ConsoleEntity, Entity } from '../api/description.js';

export interface RevertButtonProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly id: string;
  /** The entity as it is now; undefined if it is deleted, which a revert undoes. */
  readonly value: Entity | undefined;
  /** The number of the kept version. */
  readonly version: number;
}

/** To be filled: gives the entity the attributes of a kept version. */
export function RevertButton(_props: RevertButtonProps) {
  return null;
}
