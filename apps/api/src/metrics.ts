import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How one call of a procedure ended. */
export interface EndedCall {
  procedure: string;
  code: string;
  durationMs: number;
  capacityUnits: number;
}

/** Counts for Prometheus what the API does. */
export interface Metrics {
  callEnded(call: EndedCall): void;
  requestShed(): void;
  /** Says how many calls are at the database or wait for it; asked at each scrape. */
  watchCalls(inFlight: () => number): void;
  /** Serves all of it under `/metrics`, on a port of its own, which the world does not reach. */
  server(): Server;
}

const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Metrics of one app, with those of its process: memory, CPU, event loop. */
export function makeMetrics(): Metrics {
  const registry = new Registry();
  const metric = <L extends string>(name: string, help: string, ...labelNames: L[]) => ({
    name,
    help,
    labelNames,
    registers: [registry],
  });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    ...metric('api_call_duration_seconds', 'Calls of procedures, by how they ended', 'procedure', 'code'),
    buckets: durations,
  });
  const capacity = new Counter(metric('api_capacity_units_total', 'Capacity units that calls consumed', 'procedure'));
  const shed = new Counter(metric('api_requests_shed_total', 'Requests refused because there was no room'));
  return {
    callEnded({ procedure, code, durationMs, capacityUnits }) {
      duration.observe({ procedure, code }, durationMs / 1000);
      capacity.inc({ procedure }, capacityUnits);
    },
    requestShed: () => shed.inc(),
    watchCalls(inFlight) {
      const gauge = metric('api_calls_in_flight', 'Calls at the database or waiting for it');
      new Gauge({
        ...gauge,
        collect() {
          this.set(inFlight());
        },
      });
    },
    server: () =>
      createServer(async ({ url, method }, response) => {
        const isAsked = url === '/metrics' && method === 'GET';
        response.writeHead(isAsked ? 200 : 404, { 'content-type': registry.contentType });
        response.end(isAsked ? await registry.metrics() : '');
      }),
  };
}
