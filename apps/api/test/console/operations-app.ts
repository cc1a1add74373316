import type { FreshTable } from '../../../../test/fresh-table.js';
import { type ConsoleOptions, metricsRing } from '../../src/http/console.js';
import { combinedMetrics } from '../../src/telemetry/combined-metrics.js';
import { consoleApp, headersOf } from './console-app.js';

/** Builds an API on a table, with a console whose routes `ask` calls. */
export function appOn(
  fresh: FreshTable,
  variables: Record<string, string> = {},
  console: Partial<ConsoleOptions> = {},
) {
  const { client, tableName, endpoint } = fresh;
  const metrics = metricsRing();
  const made = consoleApp({
    variables,
    settings: { table: { client, tableName }, metrics: combinedMetrics([undefined, metrics]) },
    console: { metrics, table: { client, tableName, endpoint }, ...console },
  });
  const ask = async (method: 'GET' | 'POST', path: string, payload?: unknown, scope?: string) => {
    const headers = { ...(await headersOf(scope)), 'content-type': 'application/json' };
    const body = payload === undefined ? {} : { payload: JSON.stringify(payload) };
    const response = await made.app.inject({ method, url: `/console/api/${path}`, headers, ...body });
    return { status: response.statusCode, body: response.json(), headers: response.headers };
  };
  return { ...made, ask };
}
