import type { Entity } from '../api/description.js';
import { custom } from '../custom.js';
import { formatCell, formatTime } from '../values/format-value.js';
import type { ListColumn } from './columns.js';

interface CellProps {
  /** The name of the entity's router. */
  readonly entityName: string;
  readonly column: ListColumn;
  readonly entity: Entity;
}

/** The value of an attribute in a row: in one line, or as `custom.tsx` shows it. */
export function Cell({ entityName, column: { name, kind }, entity }: CellProps) {
  const value = entity[name];
  const Custom = custom[entityName]?.columns?.[name];
  if (Custom) return <Custom value={value} entity={entity} />;
  if (kind === 'dateTime' && typeof value === 'string')
    return (
      <time dateTime={value} title={value}>
        {formatTime(value)}
      </time>
    );
  return formatCell(value);
}
