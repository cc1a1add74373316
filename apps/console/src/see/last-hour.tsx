import { Link } from '@tanstack/react-router';
import { ErrorNote } from '../components/error-note.js';
import { BarTable } from './chart/bar-table.js';
import { type MinuteTotals, minuteSeries, procedureTotals, totalOf } from './metrics-series.js';
import { MinuteChart } from './minute-chart.js';
import { useMetrics } from './use-metrics.js';

const shownProcedures = 6;
const number = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });

/** Units, calls, errors and throttles of the last hour, in small. The metrics have them in full. */
export function LastHour() {
  const { data, error, refetch } = useMetrics();
  if (error) return <ErrorNote error={error} retry={refetch} />;
  if (!data) return null;
  const minutes = minuteSeries(data, new Date());
  const procedures = procedureTotals(data.minutes);
  const total = totalOf(procedures);
  return (
    <section aria-labelledby="last-hour">
      <h2 id="last-hour">
        <Link to="/metrics">Last hour of this process</Link>
      </h2>
      <div className="small-multiples">
        <MinuteChart
          {...{ minutes, isSmall: true, label: 'Calls per minute', summary: `${number(total.calls)} calls` }}
          lines={[{ name: 'Calls', tone: 'accent', of: ({ calls }: MinuteTotals) => calls }]}
        />
        <MinuteChart
          {...{ minutes, isSmall: true, label: 'Capacity units per minute', summary: `${number(total.units)} units` }}
          lines={[{ name: 'Units', tone: 'success', of: ({ units }: MinuteTotals) => units }]}
        />
        <MinuteChart
          {...{ minutes, isSmall: true, label: 'Errors per minute' }}
          summary={`${number(total.errors)} errors, ${number(total.throttled)} throttled`}
          lines={[
            // a throttled call is one of the errors
            { name: 'Other errors', tone: 'danger', of: ({ errors, throttled }: MinuteTotals) => errors - throttled },
            { name: 'Throttled', tone: 'warning', of: ({ throttled }: MinuteTotals) => throttled },
          ]}
        />
        <BarTable
          caption="Capacity units by procedure"
          rows={procedures.slice(0, shownProcedures).map(({ procedure, units }) => ({
            ...{ name: procedure, count: units, text: number(units) },
          }))}
        />
      </div>
    </section>
  );
}
