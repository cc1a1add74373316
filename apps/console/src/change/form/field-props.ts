import type { Draft } from './draft.js';
import type { FieldSpec } from './field-spec.js';
import type { Problems } from './problems.js';

/** A way in which a value can be missing: left out, null or removed. */
export interface EmptyState {
  readonly draft: Draft;
  /** Of the button that chooses it. */
  readonly action: string;
  /** In place of the value. */
  readonly label: string;
}

/** The input of one value. */
export interface ValueFieldProps {
  readonly spec: FieldSpec;
  readonly label: string;
  /** Where problems of the value are noted. */
  readonly path: string;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly problems: Problems;
  readonly isRequired: boolean;
  /** How the value can be missing; none if it must be there. */
  readonly empties: readonly EmptyState[];
  readonly isLabelHidden?: boolean | undefined;
}

export const leftOut: EmptyState = { draft: { is: 'absent' }, action: 'Leave out', label: 'Not set' };
export const setToNull: EmptyState = { draft: { is: 'null' }, action: 'Set to null', label: 'null' };
export const removed: EmptyState = { draft: { is: 'null' }, action: 'Remove', label: 'Will be removed' };

/** Returns how a new value can be missing. */
export const emptyStatesOf = (spec: FieldSpec, isRequired: boolean): readonly EmptyState[] => [
  ...(isRequired ? [] : [leftOut]),
  ...(spec.isNullable ? [setToNull] : []),
];
