import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The end of a call of a procedure. */
export interface EndedCall {
  procedure: string;
  code: string;
  /** The reason of an error that a client gets beside its code, such as `OUTCOME_UNKNOWN`. */
  reason?: string | undefined;
  /** The call ended because DynamoDB throttled it until its deadline. */
  isThrottled?: boolean;
  durationMs: number;
  capacityUnits: number;
}

/** Counts the work of the API. */
export interface Metrics {
  callEnded(call: EndedCall): void;
  requestShed(): void;
  /** Reports the number of calls that are at the database or wait for it, whenever metrics are read. */
  watchCalls(inFlight: () => number): void;
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Metrics that Prometheus reads. */
export interface PrometheusMetrics extends Metrics {
  /** Serves `/metrics`, for a port of its own that is not public. */
  server(): Server;
}

/** Returns metrics of one app for Prometheus, with those of its process: memory, CPU, event loop. */
export function makeMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metric = <L extends string>(name: string, help: string, ...labelNames: L[]) => ({
    name,
    help,
    labelNames,
    registers: [registry],
  });
  const ended = metric('api_call_duration_seconds', 'Calls of procedures, by how they ended', 'procedure', 'code');
  const duration = new Histogram({ ...ended, buckets });
  const capacity = new Counter(metric('api_capacity_units_total', 'Capacity units that calls consumed', 'procedure'));
  const shed = new Counter(metric('api_requests_shed_total', 'Requests rejected because there was no room'));
  return {
    callEnded({ procedure, code, durationMs, capacityUnits }: EndedCall) {
      duration.observe({ procedure, code }, durationMs / 1000);
      capacity.inc({ procedure }, capacityUnits);
    },
    requestShed() {
      shed.inc();
    },
    watchCalls(inFlight: () => number) {
      const gauge = metric('api_calls_in_flight', 'Calls at the database or waiting for it');
      const calls: Gauge = new Gauge({ ...gauge, collect: () => calls.set(inFlight()) });
    },
    server: () =>
      createServer(async ({ url, method }, response) => {
        const isFound = url === '/metrics' && method === 'GET';
        response.writeHead(isFound ? 200 : 404, { 'content-type': registry.contentType });
        response.end(isFound ? await registry.metrics() : '');
      }),
  };
}
