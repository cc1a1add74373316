import type { ConsoleEntity } from '../api/description.js';

export interface ListActionsProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** The list that is shown, for an export: its procedure, and its input without paging. */
  readonly list: { readonly path: string; readonly input: Readonly<Record<string, unknown>> } | undefined;
}

/** To be filled: buttons of a list (new, import, export). */
export function ListActions(_props: ListActionsProps) {
  return null;
}
