import type { Metrics } from './metrics.js';

/** Returns metrics that pass everything on to several others; undefined if there are none. */
export function combinedMetrics(each: readonly (Metrics | undefined)[]): Metrics | undefined {
  const all = each.filter((metrics) => metrics !== undefined);
  if (all.length < 2) return all[0];
  return {
    callEnded: (call) => {
      for (const metrics of all) metrics.callEnded(call);
    },
    requestShed: () => {
      for (const metrics of all) metrics.requestShed();
    },
    watchCalls: (inFlight) => {
      for (const metrics of all) metrics.watchCalls(inFlight);
    },
  };
}
