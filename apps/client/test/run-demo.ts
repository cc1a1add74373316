import type { TestContext } from 'vitest';
import { type RunOptions, runScript } from '../../../test/run-script.js';
import { adminToken } from '../../api/test/local-tokens.js';
import { type RunningApi, runningApi } from '../../api/test/running-api.js';
import { breakingProxy, type Treatment } from './breaking-proxy.js';

/** The items of a table after the demo has cleaned up. */
export const onlyTheMarker = ['UNIQUE#'];

/** Runs the demo as a process, against the API at `url`. */
export const runDemo = (url: string, options: RunOptions = {}) =>
  runScript('apps/client/demo/main.ts', {
    ...options,
    args: ['--url', url, ...(options.args ?? [])],
    env: { FORCE_COLOR: undefined, NO_COLOR: '1', API_TOKEN: adminToken, ...options.env },
  });

export async function apiFor({ onTestFinished }: TestContext): Promise<RunningApi> {
  const api = await runningApi();
  onTestFinished(() => api.stop());
  return api;
}

/** Runs the demo through a proxy that breaks some requests. */
export async function runDemoBehind(
  api: RunningApi,
  { onTestFinished }: TestContext,
  treat: (path: string) => Treatment,
) {
  const proxy = await breakingProxy(api.url, treat);
  onTestFinished(() => proxy.stop());
  return runDemo(proxy.url);
}
