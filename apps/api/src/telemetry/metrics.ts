import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The end of a call of a procedure. */
export interface EndedCall {
  procedure: string;
  code: string;
  durationMs: number;
  capacityUnits: number;
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counts the work of the API for Prometheus. */
export type Metrics = ReturnType<typeof makeMetrics>;

/** Returns metrics of one app, with those of its process: memory, CPU, event loop. */
export function makeMetrics() {
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
    requestShed: () => shed.inc(),
    /** Reports the number of calls that are at the database or wait for it, at each scrape. */
    watchCalls(inFlight: () => number) {
      const gauge = metric('api_calls_in_flight', 'Calls at the database or waiting for it');
      const calls: Gauge = new Gauge({ ...gauge, collect: () => calls.set(inFlight()) });
    },
    /** Serves `/metrics`, for a port of its own that is not public. */
    server: () =>
      createServer(async ({ url, method }, response) => {
        const isFound = url === '/metrics' && method === 'GET';
        response.writeHead(isFound ? 200 : 404, { 'content-type': registry.contentType });
        response.end(isFound ? await registry.metrics() : '');
      }),
  };
}
