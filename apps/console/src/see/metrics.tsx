import { useDescription } from '../api/description.js';
import { ErrorNote } from '../components/error-note.js';
import { Loading } from '../components/loading.js';
import { PageHeader } from '../components/page-header.js';
import { type MinuteTotals, meanMs, minuteSeries, procedureTotals, totalOf } from './metrics-series.js';
import { MinuteChart } from './minute-chart.js';
import { OperationsNote } from './operations-note.js';
import { ProcedureTable } from './procedure-table.js';
import { useMetrics } from './use-metrics.js';

/** The calls of the last hour: over time, and by procedure. */
export function Metrics() {
  const { operations } = useDescription();
  return (
    <>
      <PageHeader title="Metrics" />
      {operations.metrics ? <MetricsContent /> : <OperationsNote operation="metrics" />}
    </>
  );
}

const number = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });
const duration = (value: number) => `${number(value)} ms`;
const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

function MetricsContent() {
  const { data, error, refetch, dataUpdatedAt } = useMetrics();
  if (!data) return error ? <ErrorNote error={error} retry={refetch} /> : <Loading />;
  const minutes = minuteSeries(data, new Date(dataUpdatedAt));
  const procedures = procedureTotals(data.minutes);
  const total = totalOf(procedures);
  const shed = data.minutes.reduce((sum, minute) => sum + minute.shed, 0);
  const mean = meanMs(total);
  return (
    <>
      {error && <ErrorNote error={error} retry={refetch} />}
      <p className="view-note">
        The last hour of the process that answered, which started {time.format(new Date(data.startedAt))}. Other
        processes of the API count for themselves. Read again every ten seconds; last at{' '}
        {time.format(new Date(dataUpdatedAt))}.
      </p>
      <div className="chart-grid-large">
        <MinuteChart
          {...{ minutes, label: 'Calls per minute', summary: `${number(total.calls)} calls` }}
          lines={[{ name: 'Calls', tone: 'accent', of: ({ calls }: MinuteTotals) => calls }]}
        />
        <MinuteChart
          {...{ minutes, label: 'Failed per minute' }}
          summary={`${number(total.errors)} errors, ${number(total.throttled)} throttled, ${number(shed)} shed`}
          lines={[
            // a throttled call is one of the errors
            { name: 'Other errors', tone: 'danger', of: ({ errors, throttled }: MinuteTotals) => errors - throttled },
            { name: 'Throttled', tone: 'warning', of: ({ throttled }: MinuteTotals) => throttled },
            { name: 'Shed', tone: 'accent', of: ({ shed }: MinuteTotals) => shed },
          ]}
        />
        <MinuteChart
          {...{ minutes, label: 'Capacity units per minute', summary: `${number(total.units)} units` }}
          lines={[{ name: 'Units', tone: 'success', of: ({ units }: MinuteTotals) => units }]}
        />
        <MinuteChart
          {...{ minutes, label: 'Mean duration of a call', format: duration }}
          summary={mean === undefined ? 'No calls' : `${duration(mean)} over the hour`}
          lines={[{ name: 'Mean', tone: 'accent', of: meanMs }]}
        />
      </div>
      <h2 id="by-procedure">By procedure</h2>
      <ProcedureTable procedures={procedures} />
    </>
  );
}
