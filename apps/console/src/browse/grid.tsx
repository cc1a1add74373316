import { type KeyboardEvent, type RefObject, useCallback, useEffect, useState } from 'react';
import type { ConsoleEntity } from '../api/description.js';
import { GridHead } from './grid-head.js';
import { GridRow, rowId } from './grid-row.js';
import type { ListColumns } from './use-list-columns.js';
import { type Pages, rowHeight } from './use-pages.js';
import type { Selection } from './use-selection.js';

interface GridProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly pages: Pages;
  readonly columns: ListColumns;
  readonly selection: Selection;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onOpen: (id: string) => void;
}

const selectWidth = 44;
const pageRows = 10;

/**
 * The rows of a list. Elements of a table cannot be placed freely, which virtual rows need, so roles say what these
 * are. The grid has the focus and names its active row.
 */
export function Grid({ entity, scope, pages, columns, selection, scroller, onOpen }: GridProps) {
  const { virtualizer, rowAt, rowCount, index } = pages;
  const [active, setActive] = useState(0);
  const items = virtualizer.getVirtualItems();
  const { shown, layout, changeLayout } = columns;
  const template = [selectWidth, ...shown.map(({ width }) => width)].map((width) => `${width}px`).join(' ');
  const [allCount, setAllCount] = useState(0); // at the last choice of all: to compare all rows would slow a scroll
  const selectedCount = selection.rows.length;
  const toggle = useLatest(selection.toggle);
  const isActiveShown = items.some((item) => item.index === active);
  useEffect(() => {
    if (active >= rowCount && rowCount > 0 && index.isComplete) setActive(rowCount - 1);
  }, [active, rowCount, index]);

  function moveTo(row: number): void {
    const next = Math.max(0, Math.min(rowCount - 1, row));
    setActive(next);
    virtualizer.scrollToIndex(next);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const entityAt = rowAt(active);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(active + 1),
      ArrowUp: () => moveTo(active - 1),
      PageDown: () => moveTo(active + pageRows),
      PageUp: () => moveTo(active - pageRows),
      Home: () => moveTo(0),
      End: () => moveTo(rowCount - 1),
      Enter: () => entityAt && onOpen(entityAt.id),
      ' ': () => entityAt && selection.toggle(entityAt),
      Escape: () => selection.clear(),
    };
    const act = actions[event.key];
    if (!act || event.target !== event.currentTarget) return;
    event.preventDefault();
    act();
  }
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className="grid"
      aria-label={entity.title}
      aria-rowcount={index.isComplete ? rowCount + 1 : -1}
      aria-colcount={shown.length + 1}
      aria-multiselectable
      aria-busy={pages.isReading}
      aria-activedescendant={isActiveShown && rowCount > 0 ? rowId(active) : undefined}
      style={{ '--columns': template } as object}
      onKeyDown={onKeyDown}
    >
      <GridHead
        columns={shown}
        onWidth={(name, width) => changeLayout({ widths: { ...layout.widths, [name]: width } })}
        selectedCount={selectedCount}
        isAllSelected={selectedCount > 0 && selectedCount === allCount}
        onSelectAll={(isSelected) => {
          const loaded = isSelected ? pages.loaded() : [];
          setAllCount(loaded.length);
          selection.clear();
          selection.add(loaded);
        }}
      />
      <div role="rowgroup" className="grid-body" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const row = rowAt(item.index);
          return (
            <GridRow
              key={item.key}
              entityName={entity.name}
              scope={scope}
              columns={shown}
              entity={row}
              row={item.index}
              top={item.start - rowHeight}
              isActive={item.index === active}
              isSelected={row !== undefined && selection.has(row.id)}
              onToggle={toggle}
              onActivate={setActive}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Returns a function that stays the same and calls the latest one, so that rows need not be rendered again. */
function useLatest<A extends readonly unknown[]>(call: (...args: A) => void): (...args: A) => void {
  const [latest] = useState({ call });
  useEffect(() => {
    latest.call = call;
  });
  return useCallback((...args: A) => latest.call(...args), [latest]);
}
