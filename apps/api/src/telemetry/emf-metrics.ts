import type { EndedCall, Metrics } from './metrics.js';

/** Most values of one metric in a line: CloudWatch ignores the rest. */
const maxValues = 100;

/** Codes of calls that failed on our side. A call that DynamoDB throttled is one too. */
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

/** Calls of one procedure and one class of codes since the last line. */
interface Series {
  readonly procedure: string;
  readonly codeClass: CodeClass;
  readonly latencies: number[];
  capacityUnits: number;
  throttles: number;
  unknownOutcomes: number;
}

/** `ok`; `rejected`: the caller has to change something; `failed`: an operator may have to. */
type CodeClass = 'ok' | 'rejected' | 'failed';

export interface EmfOptions {
  /** Writes a line, which ends with a line feed. */
  write: (line: string) => void;
  serviceName: string;
  /** @default AwsStarterKit */
  namespace?: string;
}

/** Metrics for CloudWatch, which reads them from lines of the log. */
export interface EmfMetrics extends Metrics {
  /** Writes what was counted since the last flush. Call it at an interval, or at the end of each invocation. */
  flush(): void;
}

/**
 * Returns metrics of one app in CloudWatch's embedded metric format: one line for each procedure and class of codes that
 * had calls, with all latencies, so that percentiles are exact. A line is written early once it has 100 calls.
 *
 * Powertools' Metrics has one set of dimensions at a time, and writes by itself at the hundredth value: it would need an
 * instance for each series, and publishes none of them for the service as a whole.
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
    // only what happened: each metric and dimension that CloudWatch sees once a month costs
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
