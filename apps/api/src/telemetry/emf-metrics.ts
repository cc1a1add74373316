import type { EndedCall, Metrics } from './metrics.js';

/** CloudWatch ignores the values of a metric beyond the first 100 in a line. */
const maxValues = 100;

/** Codes of calls that failed on the side of the API. Calls throttled by DynamoDB count as failed, too. */
const failures: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'TIMEOUT']);

const units = {
  Calls: 'Count',
  Errors: 'Count',
  Throttles: 'Count',
  UnknownOutcomes: 'Count',
  CapacityUnits: 'Count',
  Latency: 'Milliseconds',
  Sheds: 'Count',
  CallsInFlight: 'Count',
} as const;

type MetricName = keyof typeof units;
type MetricValues = Partial<Record<MetricName, number | readonly number[]>>;

/** Calls of one procedure with one class of codes since the last line. */
interface Series {
  readonly procedure: string;
  readonly codeClass: CodeClass;
  readonly latencies: number[];
  capacityUnits: number;
  throttles: number;
  unknownOutcomes: number;
}

/** `ok`, `rejected` (the caller has to change something) or `failed` (an operator may have to act). */
type CodeClass = 'ok' | 'rejected' | 'failed';

export interface EmfOptions {
  /** Called with each line, including its line feed. */
  write: (line: string) => void;
  serviceName: string;
  /** @default AwsStarterKit */
  namespace?: string;
}

/** Metrics for CloudWatch, which extracts them from log lines. */
export interface EmfMetrics extends Metrics {
  /** Writes the metrics since the last flush. Call it at an interval, or at the end of each invocation. */
  flush(): void;
}

/**
 * Returns metrics of one app in CloudWatch's embedded metric format: one line for each procedure and class of codes
 * that had calls, with all latencies, so that percentiles are exact. A line with 100 calls is written at once.
 *
 * Powertools' Metrics has one set of dimensions at a time: it would need an instance for each series, and could not
 * also publish them for the service as a whole.
 */
export function emfMetrics({ write, serviceName, namespace = 'AwsStarterKit' }: EmfOptions): EmfMetrics {
  const series = new Map<string, Series>();
  let sheds = 0;
  let callsInFlight: (() => number) | undefined;

  const writeLine = (dimensions: Record<string, string>, values: MetricValues) => {
    const service = { service: serviceName };
    const sets = [['service'], ...Object.keys(dimensions).map((name) => ['service', name])];
    const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: units[name as MetricName] }));
    const directive = { Namespace: namespace, Dimensions: sets, Metrics: metrics };
    const metadata = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
    write(`${JSON.stringify({ _aws: metadata, ...service, ...dimensions, ...values })}\n`);
  };
  const writeSeries = (key: string, { procedure, codeClass, latencies, ...counts }: Series) => {
    series.delete(key);
    const values: MetricValues = { Calls: latencies.length, Latency: latencies, CapacityUnits: counts.capacityUnits };
    // no zeros: CloudWatch bills each combination of metric and dimensions that occurs in a month
    if (codeClass === 'failed') values.Errors = latencies.length;
    if (counts.throttles > 0) values.Throttles = counts.throttles;
    if (counts.unknownOutcomes > 0) values.UnknownOutcomes = counts.unknownOutcomes;
    writeLine({ procedure, codeClass }, values);
  };

  return {
    callEnded(call) {
      const { procedure, reason, isThrottled = false, durationMs, capacityUnits } = call;
      const codeClass = codeClassOf(call);
      const key = `${procedure} ${codeClass}`;
      const found = series.get(key) ?? newSeries(procedure, codeClass);
      series.set(key, found);
      found.latencies.push(durationMs);
      found.capacityUnits += capacityUnits;
      if (isThrottled) found.throttles += 1;
      if (reason === 'OUTCOME_UNKNOWN') found.unknownOutcomes += 1;
      if (found.latencies.length === maxValues) writeSeries(key, found);
    },
    requestShed() {
      sheds += 1;
    },
    watchCalls(inFlight) {
      callsInFlight = inFlight;
    },
    flush() {
      for (const [key, found] of series) writeSeries(key, found);
      const values: MetricValues = {};
      if (sheds > 0) values.Sheds = sheds;
      const inFlight = callsInFlight?.() ?? 0;
      if (inFlight > 0) values.CallsInFlight = inFlight;
      if (Object.keys(values).length > 0) writeLine({}, values);
      sheds = 0;
    },
  };
}

const newSeries = (procedure: string, codeClass: CodeClass): Series => ({
  procedure,
  codeClass,
  latencies: [],
  capacityUnits: 0,
  throttles: 0,
  unknownOutcomes: 0,
});

const codeClassOf = ({ code, isThrottled }: EndedCall): CodeClass =>
  code === 'OK' ? 'ok' : isThrottled || failures.has(code) ? 'failed' : 'rejected';
