import { AssertionError } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isApiError } from '../src/index.js';

/**
 * Repeats a step until it succeeds: every look-up other than by id reads an index, which lags behind for a moment on
 * AWS.
 */
export async function eventually(step: () => Promise<void>, timeoutMs = 3_000): Promise<void> {
  for (const started = performance.now(); ; await sleep(200)) {
    try {
      return await step();
    } catch (error) {
      const code = isApiError(error) ? error.data?.code : undefined;
      const mayChange = error instanceof AssertionError || code === 'NOT_FOUND' || code === 'TIMEOUT';
      if (!mayChange || performance.now() - started > timeoutMs) throw error;
    }
  }
}
