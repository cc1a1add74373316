import type { ConsoleEntity, Entity } from '../api/description.js';

export interface EntityActionsProps {
  readonly entity: ConsoleEntity;
  readonly value: Entity;
  readonly scope: string | undefined;
}

/** To be filled: buttons of an entity's page (edit, delete). */
export function EntityActions(_props: EntityActionsProps) {
  return null;
}
