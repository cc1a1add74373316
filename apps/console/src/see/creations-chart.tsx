import type { ConsoleEntity, Entity } from '../api/description.js';
import { Button } from '../components/button.js';
import { Chart } from './chart/chart.js';
import { creationTimes } from './newest-list.js';
import { bucketUnitOf, timeBuckets } from './time-buckets.js';

interface CreationsChartProps {
  readonly entity: ConsoleEntity;
  /** The newest first. */
  readonly entities: readonly Entity[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly loadedAt: number;
  readonly onMore: () => void;
}

/** A chart of less is one wide column. */
const shortestSpanMs = 30 * 60_000;

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** How many entities were created in each minute, hour, day or month of what is loaded. */
export function CreationsChart({ entity, entities, hasMore, isLoading, loadedAt, onMore }: CreationsChartProps) {
  const times = creationTimes(entities);
  const from = times?.at(-1);
  if (!times || !from) return null;
  const now = new Date(Math.max(loadedAt, times[0]?.valueOf() ?? 0));
  // all are known to be later, so the time before is known to be empty
  const start = hasMore ? from : new Date(Math.min(from.valueOf(), now.valueOf() - shortestSpanMs));
  const unit = bucketUnitOf(start, now);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const buckets = timeBuckets(times, { unit, from: start, to: now, timeZone });
  const label = `New ${entity.title.toLowerCase()} per ${unit}`;
  const count = entities.length.toLocaleString();
  return (
    <Chart
      title={label}
      label={label}
      pointName={unit.charAt(0).toUpperCase() + unit.slice(1)}
      points={buckets.map((bucket) => bucket.label)}
      series={[{ name: 'Created', tone: 'accent', values: buckets.map((bucket) => bucket.count) }]}
      summary={`${count} since ${dateTime.format(from)}`}
      note={
        hasMore && (
          <>
            These are the newest {count}. Older ones are not counted, so the first {unit} is incomplete.{' '}
            <Button variant="plain" className="inline-button" isPending={isLoading} onClick={onMore}>
              Look further back
            </Button>
          </>
        )
      }
    />
  );
}
