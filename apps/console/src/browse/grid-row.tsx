import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Entity } from '../api/description.js';
import { Checkbox } from '../components/checkbox.js';
import { formatCell } from '../values/format-value.js';
import { Cell } from './cell.js';
import type { ListColumn } from './columns.js';

export interface GridRowProps {
  readonly entityName: string;
  readonly scope: string | undefined;
  readonly columns: readonly ListColumn[];
  /** Undefined while it is being read. */
  readonly entity: Entity | undefined;
  readonly row: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onToggle: (entity: Entity) => void;
  readonly onActivate: (row: number) => void;
}

export const rowId = (row: number): string => `row-${row}`;

/** A row of a list. The grid has the focus and names this row as its active one, so that a row may leave the view. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { entityName, scope, columns, entity, row, top, isActive, isSelected, onToggle, onActivate } = props;
  return (
    <div
      id={rowId(row)}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      className={`grid-row ${isActive ? 'grid-row-active' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onActivate(row)}
    >
      <div role="gridcell" className="cell cell-select">
        {entity && (
          <Checkbox
            aria-label={`Select ${nameOf(entity, columns)}`}
            tabIndex={-1}
            isSelected={isSelected}
            onChange={() => onToggle(entity)}
          />
        )}
      </div>
      {columns.map((column, place) => (
        <div
          key={column.name}
          role="gridcell"
          aria-colindex={place + 2}
          className={`cell cell-${column.kind ?? 'text'}`}
        >
          {!entity ? (
            <span className="skeleton-line" aria-hidden="true" />
          ) : place === 0 ? (
            <Link
              to="/e/$entity/$id"
              params={{ entity: entityName, id: entity.id }}
              search={scope === undefined ? {} : { scope }}
              tabIndex={-1}
              preload={false}
              className="row-link"
              aria-label={nameOf(entity, columns)}
            >
              <Cell entityName={entityName} column={column} entity={entity} />
            </Link>
          ) : (
            <Cell entityName={entityName} column={column} entity={entity} />
          )}
        </div>
      ))}
    </div>
  );
});

/** Returns what a row is called: its first cell, or its id. */
const nameOf = (entity: Entity, [first]: readonly ListColumn[]) => formatCell(first && entity[first.name]) || entity.id;
