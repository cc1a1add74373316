import { type PointerEvent, useRef } from 'react';
import { Checkbox } from '../components/checkbox.js';
import type { ListColumn } from './columns.js';

interface GridHeadProps {
  readonly columns: readonly ListColumn[];
  readonly onWidth: (name: string, width: number) => void;
  readonly selectedCount: number;
  readonly isAllSelected: boolean;
  readonly onSelectAll: (isSelected: boolean) => void;
}

/** The names of the columns, and handles to change their widths. */
export function GridHead({ columns, onWidth, selectedCount, isAllSelected, onSelectAll }: GridHeadProps) {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        <div role="columnheader" className="cell cell-select">
          <Checkbox
            aria-label="Select all rows that are loaded"
            isSelected={isAllSelected}
            isIndeterminate={selectedCount > 0 && !isAllSelected}
            onChange={onSelectAll}
          />
        </div>
        {columns.map(({ name, label, width }, place) => (
          <div key={name} role="columnheader" aria-colindex={place + 2} className="cell">
            <span className="cell-name">{label}</span>
            <WidthHandle label={`Width of ${label}`} width={width} onChange={(next) => onWidth(name, next)} />
          </div>
        ))}
      </div>
    </div>
  );
}

interface WidthHandleProps {
  readonly label: string;
  readonly width: number;
  readonly onChange: (width: number) => void;
}

const step = 16;
const narrowest = 60;
const widest = 1000;

/** Changes a width by pointer or by arrow keys. */
function WidthHandle({ label, width, onChange }: WidthHandleProps) {
  const drag = useRef<{ readonly x: number; readonly width: number }>(undefined);
  const set = (next: number) => onChange(Math.round(Math.min(widest, Math.max(narrowest, next))));
  const move = ({ clientX }: PointerEvent) => drag.current && set(drag.current.width + clientX - drag.current.x);
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      tabIndex={0}
      className="width-handle"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, width };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -step, ArrowRight: step }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        set(width + by);
      }}
    />
  );
}
