import type { ConsoleEntity, Entity } from '../api/description.js';

export interface RevertButtonProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** The entity as it is now, and the number of the kept version. */
  readonly value: Entity;
  readonly version: number;
}

/** To be filled: gives the entity the attributes of a kept version. */
export function RevertButton(_props: RevertButtonProps) {
  return null;
}
