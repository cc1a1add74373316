import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../components/button.js';
import { pageOfRow } from './page-index.js';
import { type Pages, rowHeight } from './use-pages.js';

interface PagerProps {
  readonly pages: Pages;
  /** Beside the rows in view. */
  readonly children?: ReactNode;
}

/** Says which rows are in view, and goes to the page before or after. */
export function Pager({ pages, children }: PagerProps) {
  const { index, rowCount, starts, virtualizer, isReading, restart } = pages;
  const { first, last } = rowsInView(pages);
  const page = pageOfRow(starts, first);
  const [goal, setGoal] = useState<number>();
  const goTo = (number: number) => {
    virtualizer.scrollToOffset(rowHeight * (starts[Math.max(0, number)] ?? 0));
    setGoal(Math.max(0, number));
  };
  const isGoalRead = goal !== undefined && index.pages[goal]?.size !== undefined;
  useEffect(() => {
    if (!isGoalRead) return;
    // before it was read, the page had no rows to scroll to
    virtualizer.scrollToOffset(rowHeight * (starts[goal] ?? 0));
    setGoal(undefined);
  }, [goal, isGoalRead, starts, virtualizer]);
  const isAtStart = first === 0;
  const beginsLater = index.pages[0]?.cursor !== undefined && !pages.readBefore;
  const total = `${rowCount.toLocaleString()}${index.isComplete ? '' : '+'}`;
  const before = first > (starts[page] ?? 0) ? page : page - 1;
  return (
    <div className="pager">
      <p className="pager-text">
        {rowCount > 0 && `Rows ${(first + 1).toLocaleString()}–${(last + 1).toLocaleString()} of ${total}`}
      </p>
      <p role="status" className="visually-hidden">
        {isReading ? 'Loading' : `${total} rows`}
      </p>
      {children}
      {isAtStart && beginsLater ? (
        <Button icon="back" onClick={() => restart()}>
          First page
        </Button>
      ) : (
        <Button icon="back" disabled={isAtStart} onClick={() => goTo(before)}>
          Previous
        </Button>
      )}
      <Button icon="forward" disabled={index.isComplete && last >= rowCount - 1} onClick={() => goTo(page + 1)}>
        Next
      </Button>
      <Button
        variant="plain"
        icon="refresh"
        aria-label="Refresh"
        title="Refresh"
        isPending={isReading}
        onClick={() => restart()}
      />
    </div>
  );
}

/** Returns the first row and the last row in view: the head covers the top. */
export function rowsInView({ virtualizer, rowCount }: Pages): { first: number; last: number } {
  const offset = virtualizer.scrollOffset ?? 0;
  const height = (virtualizer.scrollRect?.height ?? 0) - rowHeight;
  const first = Math.min(Math.max(0, rowCount - 1), Math.round(offset / rowHeight));
  return { first, last: Math.min(rowCount - 1, Math.max(first, Math.floor((offset + height) / rowHeight) - 1)) };
}
