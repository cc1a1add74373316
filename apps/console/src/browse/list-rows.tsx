import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef } from 'react';
import type { ConsoleEntity, ConsoleList } from '../api/description.js';
import { Button } from '../components/button.js';
import { Empty } from '../components/empty.js';
import { ErrorNote } from '../components/error-note.js';
import { Grid } from './grid.js';
import { Pager } from './pager.js';
import { useKey } from './use-key.js';
import type { ListColumns } from './use-list-columns.js';
import { usePages } from './use-pages.js';
import { usePlaceInUrl } from './use-place-in-url.js';
import { useSelection } from './use-selection.js';

// neither is needed for the first rows
const LiveBadge = lazy(async () => ({ default: (await import('../see/live-badge.js')).LiveBadge }));
const BulkBar = lazy(async () => ({ default: (await import('../change/bulk-bar.js')).BulkBar }));

interface ListRowsProps {
  readonly entity: ConsoleEntity;
  readonly list: ConsoleList;
  readonly scope: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
  readonly cursor: string | undefined;
  /** Identifies the list and its input. */
  readonly kept: string;
  readonly columns: ListColumns;
}

/** The rows of a list with given filters, and what can be done with them. */
export function ListRows({ entity, list, scope, input, cursor, kept, columns }: ListRowsProps) {
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const pages = usePages({ name: entity.name, list, input, cursor, kept, scroller });
  const selection = useSelection();
  usePlaceInUrl(pages, { cursor, kept });
  const hasSelected = useRef(false);
  hasSelected.current ||= selection.rows.length > 0;
  const { rowCount, index, error, isPaused } = pages;
  useKey('ArrowDown', () => scroller.current?.focus());
  const isEmpty = rowCount === 0 && (index.isComplete || isPaused);
  return (
    <div className="list-rows">
      {hasSelected.current && (
        <Suspense>
          <BulkBar
            entity={entity}
            scope={scope}
            ids={selection.rows.map(({ id }) => id)}
            rows={selection.rows}
            clear={selection.clear}
            list={{ path: list.path, input }}
          />
        </Suspense>
      )}
      {pages.readBefore && (
        <Button className="list-earlier" onClick={pages.readBefore}>
          Show earlier rows
        </Button>
      )}
      {error !== undefined && <ErrorNote error={error} retry={pages.retry} needs={list.needs} />}
      {error !== undefined && rowCount === 0 ? null : isEmpty ? (
        <Empty title={isPaused ? 'No row so far' : `No ${entity.title.toLowerCase()} here`} />
      ) : (
        <Grid
          {...{ entity, scope, pages, columns, selection, scroller }}
          onOpen={(id) =>
            navigate({
              to: '/e/$entity/$id',
              params: { entity: entity.name, id },
              search: scope === undefined ? {} : { scope },
            })
          }
        />
      )}
      {isPaused && !index.isComplete && (
        <p className="note">
          Many pages in sequence have no row that fits. <Button onClick={pages.readOn}>Read on</Button>
        </p>
      )}
      <Pager pages={pages}>
        <Suspense>
          <LiveBadge
            {...{ entity, scope }}
            since={pages.startedAt}
            rows={pages.loaded}
            revision={pages.isReading}
            onRefresh={() => pages.restart()}
          />
        </Suspense>
      </Pager>
    </div>
  );
}
